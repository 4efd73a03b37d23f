#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "runtime/doctor/linux/probes.h"

namespace sbxc::doctor {
namespace {

constexpr size_t kMostSaid = 4000;

// Reads until the end, or the time is up.
bool read_all(int from, int seconds, std::string& into) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::seconds(seconds);
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd waiting{from, POLLIN, 0};
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) == 0) return false;
    char bytes[512];
    const ssize_t count = read(from, bytes, sizeof bytes);
    if (count == 0) return true;
    if (count < 0 && errno != EINTR) return true;
    if (count > 0 && into.size() < kMostSaid) into.append(bytes, static_cast<size_t>(count));
  }
}

}  // namespace

Outcome in_child(const std::function<int(int said)>& work, int seconds) {
  int ends[2];
  Outcome outcome;
  if (pipe2(ends, O_CLOEXEC) != 0) return outcome;
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    _exit(work(ends[1]));
  }
  close(ends[1]);
  if (child > 0) {
    if (!read_all(ends[0], seconds, outcome.said)) kill(child, SIGKILL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (WIFEXITED(status)) outcome.status = WEXITSTATUS(status);
    kill(-child, SIGKILL);  // what it started and left
  }
  close(ends[0]);
  return outcome;
}

int become(const std::vector<std::string>& argv, int said) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) dup2(nothing, 0);
  dup2(said, 1);
  dup2(said, 2);
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  char* environment[] = {nullptr};
  execve(words[0], words.data(), environment);
  return 127;
}

Outcome run(const std::vector<std::string>& argv, int seconds) {
  return in_child([&](int said) { return become(argv, said); }, seconds);
}

}  // namespace sbxc::doctor
