// One loop: what the command says, what comes to its props, its end, the time limit, a signal. All
// of what it said is read after its end, up to what is there: a process that it left behind may
// hold the pipe open for ever.
#include "conformance/suite/launch.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>

#include "conformance/suite/processes.h"
#include "conformance/suite/starting.h"

namespace sbxc::conform {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kKept = 1 << 20;
constexpr std::chrono::milliseconds kMomentToGo{400};

std::atomic<bool> asked_to_end{false};

class Watch {
 public:
  Watch(Launch& launch, const Started& started)
      : launch_(launch), started_(started), end_(end_of(started.pid)) {}
  ~Watch() {
    for (const int fd : {started_.input, started_.output, started_.error, end_}) {
      if (fd >= 0) close(fd);
    }
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  Conduct until_the_end();
  const std::optional<Fault>& fault() const { return fault_; }  // of the suite's own part in it

 private:
  void wait_a_moment();
  bool has_ended();
  // False at its end.
  bool hear(int& from, std::string& into);
  void answer(const std::vector<std::string>& words);
  void look_at_all(const std::vector<pid_t>& processes);
  void make_asked();
  void look_for_survivors();

  Launch& launch_;
  Started started_;
  int end_;
  Listener listener_;
  Conduct conduct_;
  std::optional<Fault> fault_{};
};

void Watch::wait_a_moment() {
  std::vector<pollfd> fds;
  for (const int fd : {started_.output, started_.error, end_}) {
    if (fd >= 0) fds.push_back({fd, POLLIN, 0});
  }
  const size_t own = fds.size();
  std::vector<Prop*> whose;
  for (const auto& prop : launch_.props) {
    for (const pollfd& each : prop->watched()) {
      fds.push_back(each);
      whose.push_back(prop.get());
    }
  }
  if (poll(fds.data(), static_cast<nfds_t>(fds.size()), end_ >= 0 ? 50 : 5) <= 0) return;
  for (size_t i = own; i < fds.size(); ++i) {
    if (fds[i].revents != 0) whose[i - own]->ready(fds[i].fd);
  }
  hear(started_.output, conduct_.out);
  hear(started_.error, conduct_.error);
}

bool Watch::hear(int& from, std::string& into) {
  std::array<char, 16'384> bytes{};
  while (from >= 0) {
    const ssize_t n = read(from, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return true;
    if (n == 0) {
      close(std::exchange(from, -1));
      return false;
    }
    const std::string_view part(bytes.data(), static_cast<size_t>(n));
    into.append(part.substr(0, kKept - std::min(kKept, into.size())));
    if (&into == &conduct_.out) answer(listener_.take(part, conduct_));
  }
  return false;
}

void Watch::answer(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    Running running;
    running.launcher = started_.pid;
    running.attempt = processes_with(launch_.program, "nonce=" + launch_.stage.nonce());
    look_at_all(running.attempt);
    if (word == "make") make_asked();
    for (const auto& prop : launch_.props) prop->asked(word, running);
    if (started_.input >= 0) (void)!write(started_.input, "\n", 1);
  }
}

// In a machine of its own, or as another user, they show nothing: that is no "nothing to be seen".
void Watch::look_at_all(const std::vector<pid_t>& processes) {
  bool open = false;
  for (const pid_t pid : processes) {
    conduct_.waiting.push_back(look_at(pid));
    open = open || !conduct_.waiting.back().closed;
  }
  if (launch_.is_looked_at && !open) {
    conduct_.unseen = "it waited to be looked at, and none of its processes could be";
  }
}

void Watch::make_asked() {
  if (auto made = launch_.stage.make_asked(); !made && !fault_) fault_ = made.error();
}

bool Watch::has_ended() {
  int status = 0;
  const pid_t gone = waitpid(started_.pid, &status, WNOHANG);
  if (gone == 0 || (gone < 0 && errno == EINTR)) return false;
  started_.pid = -1;  // from now on the number is anybody's
  conduct_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return true;
}

void Watch::look_for_survivors() {
  const Clock::time_point until =
      Clock::now() + (launch_.leaves_processes ? kMomentToGo : std::chrono::milliseconds(0));
  for (;;) {
    conduct_.alive.clear();
    for (const pid_t pid : processes_with(launch_.program, "nonce=" + launch_.stage.nonce())) {
      conduct_.alive.push_back(fmt::format("process {}", pid));
    }
    if (conduct_.alive.empty() || Clock::now() >= until) return;
    usleep(10'000);
  }
}

Conduct Watch::until_the_end() {
  const Clock::time_point begin = Clock::now();
  while (!has_ended()) {
    if (Clock::now() - begin > launch_.limit || interrupted()) {
      conduct_.timed_out = true;
      break;
    }
    wait_a_moment();
  }
  hear(started_.output, conduct_.out);
  hear(started_.error, conduct_.error);
  conduct_.took = std::chrono::duration_cast<Milliseconds>(Clock::now() - begin);
  if (launch_.leaves_processes && !conduct_.timed_out) look_for_survivors();
  end_descendants();
  hear(started_.output, conduct_.out);
  hear(started_.error, conduct_.error);
  return std::move(conduct_);
}

}  // namespace

Result<Conduct> carry_out(Launch& launch) {
  for (const auto& prop : launch.props) prop->before_start(launch.start);
  const auto started = start_command(launch.start);
  if (!started) return tl::unexpected(started.error());
  Watch watch(launch, *started);
  Conduct conduct = watch.until_the_end();
  if (interrupted()) return fault("interrupted");
  if (watch.fault()) return tl::unexpected(*watch.fault());
  for (const auto& prop : launch.props) prop->after_end(conduct);
  return conduct;
}

bool interrupted() { return asked_to_end; }

void end_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { asked_to_end = true; };
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaction(signal, &action, nullptr);
}

}  // namespace sbxc::conform
