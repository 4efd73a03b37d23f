#include "compiler/testing/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace sbxc::testing {

namespace {

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    int ends[2];
    if (pipe(ends) == 0) {
      fcntl(ends[0], F_SETFD, FD_CLOEXEC);
      fcntl(ends[1], F_SETFD, FD_CLOEXEC);
      read = ends[0];
      write = ends[1];
    }
  }
  ~Pipe() {
    close_end(read);
    close_end(write);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  static void close_end(int& fd) {
    if (fd >= 0) close(fd);
    fd = -1;
  }
};

[[noreturn]] void become(const RunRequest& request, const Pipe& in, const Pipe& out,
                         const Pipe& err) {
  setpgid(0, 0);
  dup2(in.read, STDIN_FILENO);
  dup2(out.write, STDOUT_FILENO);
  dup2(err.write, STDERR_FILENO);
  // As a login gives them, also where the tests are run by nohup(1) or in the background.
  for (const int number : {SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGCHLD, SIGXFSZ}) {
    signal(number, SIG_DFL);
  }
  if (!request.directory.empty() && chdir(request.directory.c_str()) != 0) _exit(127);
  std::vector<std::string> pairs;
  for (const auto& [name, value] : request.environment) {
    pairs.push_back(name);
    pairs.back().append("=").append(value);
  }
  std::vector<char*> environment;
  environment.reserve(pairs.size() + 1);
  for (std::string& pair : pairs) environment.push_back(pair.data());
  environment.push_back(nullptr);
  std::vector<std::string> words = request.argv;
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execve(argv[0], argv.data(), environment.data());
  _exit(127);
}

// Feeds input and drains both outputs at once, so that neither side can block the other.
bool converse(const RunRequest& request, Pipe& in, Pipe& out, Pipe& err, RunResult& result) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(request.timeout_seconds);
  size_t fed = 0;
  fcntl(in.write, F_SETFL, O_NONBLOCK);
  while (out.read >= 0 || err.read >= 0) {
    if (in.write >= 0 && fed == request.input.size()) Pipe::close_end(in.write);
    pollfd fds[3] = {{out.read, POLLIN, 0}, {err.read, POLLIN, 0}, {in.write, POLLOUT, 0}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0 || poll(fds, 3, static_cast<int>(left.count())) <= 0) return false;
    const auto drain = [](int& fd, std::string& into) {
      char buffer[65536];
      const ssize_t n = read(fd, buffer, sizeof buffer);
      if (n > 0) {
        into.append(buffer, static_cast<size_t>(n));
      } else {
        Pipe::close_end(fd);
      }
    };
    if (fds[0].revents != 0) drain(out.read, result.out);
    if (fds[1].revents != 0) drain(err.read, result.err);
    if (fds[2].revents != 0) {
      const ssize_t n = write(in.write, request.input.data() + fed, request.input.size() - fed);
      if (n > 0) {
        fed += static_cast<size_t>(n);
      } else {
        Pipe::close_end(in.write);
      }
    }
  }
  return true;
}

}  // namespace

RunResult run_program(const RunRequest& request) {
  RunResult result;
  Pipe in;
  Pipe out;
  Pipe err;
  signal(SIGPIPE, SIG_IGN);
  const pid_t child = fork();
  if (child < 0) return result;
  if (child == 0) become(request, in, out, err);
  Pipe::close_end(in.read);
  Pipe::close_end(out.write);
  Pipe::close_end(err.write);
  const bool finished = converse(request, in, out, err, result);
  if (!finished) kill(-child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  if (!finished) {
    result.err += "(timed out)";
  } else if (WIFEXITED(status)) {
    result.status = WEXITSTATUS(status);
  } else if (WIFSIGNALED(status)) {
    result.status = 128 + WTERMSIG(status);
  }
  return result;
}

ScratchDirectory::ScratchDirectory(const std::string& base) {
  const std::filesystem::path place =
      base.empty() ? std::filesystem::temp_directory_path() : std::filesystem::path(base);
  std::string name = (place / "sbxc-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) std::abort();
  path_ = std::filesystem::canonical(name).string();
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_whole(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace sbxc::testing
