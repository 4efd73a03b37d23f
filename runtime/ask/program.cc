// A session of its own: a program that reads the terminal gets an error at once instead of being
// stopped, and kill(-PID) reaches what it started.
#include "runtime/ask/program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>

#include "runtime/ask/words.h"
#include "runtime/descriptor/closing.h"
#include "runtime/descriptor/pipe.h"

namespace sbxc::ask {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kNotStarted = 127;
constexpr std::chrono::milliseconds kLongestPause{20};

[[noreturn]] void become(const char* program, int input, pid_t parent) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  if (getppid() != parent) _exit(kNotStarted);
  setsid();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int signal : {SIGPIPE, SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP, SIGCHLD, SIGXFSZ}) {
    std::signal(signal, SIG_DFL);
  }
  const int nowhere = open("/dev/null", O_WRONLY);
  if (dup2(input, STDIN_FILENO) < 0 || dup2(nowhere, STDOUT_FILENO) < 0) _exit(kNotStarted);
  close_between(STDERR_FILENO + 1, ~0U);
  char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
  char* environment[] = {path, nullptr};
  char* arguments[] = {const_cast<char*>(program), nullptr};
  if (chdir("/") == 0) execve(program, arguments, environment);
  _exit(kNotStarted);
}

// The question is shorter than a pipe holds, so writing never waits.
bool hand_in(const Descriptor& input, const std::string& text) {
  fcntl(input.get(), F_SETFL, O_NONBLOCK);
  const ssize_t put = write(input.get(), text.data(), text.size());
  return put == static_cast<ssize_t>(text.size()) || (put < 0 && errno == EPIPE);
}

Outcome outcome_of(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == kAllowsOnce) {
    return {Choice::once, "the program allowed this connection"};
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == kAllowsThisRun) {
    return {Choice::this_run, "the program allowed it for this run"};
  }
  if (WIFEXITED(status)) {
    return {Choice::refused,
            fmt::format("the program that was asked ended in {}", WEXITSTATUS(status))};
  }
  return {Choice::refused,
          fmt::format("the program that was asked ended by signal {}", WTERMSIG(status))};
}

Outcome end(pid_t process, std::string reason) {
  kill(-process, SIGKILL);
  kill(process, SIGKILL);  // it may not have come to its own session yet
  while (waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
  }
  return {Choice::none, std::move(reason)};
}

Outcome wait_for(pid_t process, const Waiting& waiting) {
  const auto deadline = Clock::now() + waiting.patience;
  auto pause = std::chrono::milliseconds(1);  // longer and longer, for most answers come at once
  for (;;) {
    int status = 0;
    const pid_t ended = waitpid(process, &status, WNOHANG);
    if (ended == process) return outcome_of(status);
    if (ended < 0 && errno != EINTR) return {Choice::none, "the program that was asked is lost"};
    if (waiting.withdrawn) return end(process, "the connection was given up");
    if (Clock::now() >= deadline) {
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(waiting.patience);
      return end(process, fmt::format("the program did not answer within {} s", seconds.count()));
    }
    poll(nullptr, 0, static_cast<int>(pause.count()));
    pause = std::min(pause * 2, kLongestPause);
  }
}

}  // namespace

Outcome ask_program(const Options& options, const Question& question, const Waiting& waiting) {
  const std::string text = question_json(question, always_of(options, question));
  Pipe input = open_pipe();
  if (!input.write) return {Choice::none, "nobody to ask: no more descriptors"};
  const pid_t parent = getpid();
  const pid_t process = fork();
  if (process < 0) return {Choice::none, "nobody to ask: no process can be made"};
  if (process == 0) become(options.program.c_str(), input.read.get(), parent);
  input.read.reset();
  if (!hand_in(input.write, text)) return end(process, "the program does not take the question");
  input.write.reset();
  return wait_for(process, waiting);
}

}  // namespace sbxc::ask
