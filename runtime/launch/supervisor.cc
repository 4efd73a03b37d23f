#include "runtime/launch/supervisor.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "runtime/launch/ended.h"
#include "runtime/launch/received.h"

namespace sbxc::launch {
namespace {

constexpr std::chrono::seconds kGrace{5};       // between asking a command to end and ending it
constexpr std::chrono::seconds kStartGrace{1};  // the same, of a command that has yet to start
constexpr size_t kComplaintsKept = 4096;

int send_signal(const Descriptor& process, int signal) {
  return static_cast<int>(syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0U));
}

// What a terminal sends, the command has got already, which is in the same process group. That the
// terminal is gone the kernel says to the first process of the session alone (drivers/tty,
// tty_signal_session_leader), and to the group only after that has ended.
bool is_ours_alone(int signal) { return signal == SIGHUP && getsid(0) == getpid(); }

// What the command ignores is passed on all the same: it may have changed its mind.
bool ends(int signal, SignalBits ignored) {
  if (has_signal(ignored, signal)) return false;
  return signal == SIGTERM || signal == SIGHUP || signal == SIGINT || signal == SIGQUIT;
}

}  // namespace

sigset_t blocked_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2}) {
    sigaddset(&set, signal);
  }
  return set;
}

Supervisor::Supervisor(const Launch& order, Companions companions, Started started,
                       Descriptor signals)
    : order_(order),
      broker_(std::move(companions.broker)),
      network_(std::move(companions.network)),
      started_(std::move(started)),
      network_start_(network_, std::move(started_.facts)),
      signals_(std::move(signals)) {
  for (Pump& pump : started_.pumps) pumps_.emplace_back(std::move(pump));
  if (order.time) time_over_ = Clock::now() + *order.time;
  deadline_ = time_over_;
}

bool Supervisor::over() const {
  const bool copied = std::ranges::all_of(pumps_, [](const Pumping& pump) {
    return pump.done() || pump.events() == POLLOUT;  // nobody reads what would go in
  });
  return sandbox_is_gone() && !started_.messages && !started_.complaints && broker_.reports_end() &&
         network_.is_silent() && copied;
}

int Supervisor::milliseconds_left() const {
  if (deadline_ == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
  return static_cast<int>(std::clamp<long>(left, 0, 1'000'000));
}

Result<int> Supervisor::wait() {
  struct Waiting {
    int descriptor;
    std::function<void()> take;
  };
  while (!over()) {
    std::vector<Waiting> waiting = {
        {started_.messages.get(), [this] { take_messages(); }},
        {started_.complaints.get(), [this] { take_complaints(); }},
        {broker_.reports().get(), [this] { take_reports(broker_, order_.on_reports); }},
        {network_start_.facts().get(), [this] { network_start_.take_facts(); }},
        {network_.socket().get(), [this] { take_told(); }},
        {network_.reports().get(), [this] { take_reports(network_, order_.network.on_reports); }}};
    std::vector<pollfd> watched;
    watched.reserve(waiting.size() + pumps_.size() + 1);
    for (const Waiting& one : waiting) watched.push_back({one.descriptor, POLLIN, 0});
    for (const Pumping& pump : pumps_) {
      watched.push_back({pump.done() ? -1 : pump.waits_for(), pump.events(), 0});
    }
    watched.push_back({signals_.get(), POLLIN, 0});
    const int ready = poll(watched.data(), watched.size(), milliseconds_left());
    if (ready < 0 && errno != EINTR) return tl::unexpected(system_failure("poll", errno));
    if (ready < 0) continue;
    end_in_time();
    for (size_t i = 0; i < waiting.size(); ++i) {
      if (watched[i].revents != 0) waiting[i].take();
    }
    for (size_t i = 0; i < pumps_.size(); ++i) {
      if (watched[waiting.size() + i].revents != 0) pumps_[i].step();
    }
    if (watched.back().revents != 0) take_signal();
  }
  return verdict();
}

void Supervisor::end_in_time() {
  if (Clock::now() < deadline_) return;
  if (sandbox_is_gone()) {
    deadline_ = Clock::time_point::max();
    return;
  }
  if (asked_early_ != 0 && !executing_) {
    deadline_ = Clock::time_point::max();
    return end_early();
  }
  if (asked_to_end_ || !command_) {
    started_.keeper.end_all();
    deadline_ = Clock::time_point::max();
    timed_out_ = timed_out_ || !asked_to_end_;
    return;
  }
  timed_out_ = true;
  asked_to_end_ = true;
  send_signal(command_, SIGTERM);
  deadline_ = Clock::now() + kGrace;
}

void Supervisor::take_messages() {
  while (started_.messages) {
    bool end = false;
    std::optional<Received> received = receive(started_.messages.get(), end);
    if (end) {
      // With pid 1 the kernel ends every process inside: nobody is left to serve.
      started_.messages.reset();
      network_.expect_last_words();
    }
    if (!received) return;
    take(received->message, std::move(received->descriptor), received->sender);
  }
}

void Supervisor::take(const init::Message& message, Descriptor descriptor, pid_t sender) {
  switch (message.kind) {
    case init::Kind::starting:
      command_process_ = sender;
      command_.reset(static_cast<int>(syscall(SYS_pidfd_open, command_process_, 0U)));
      return;
    case init::Kind::listener:
      broker_.hand_over(std::move(descriptor), sender);
      broker_.expect_nothing();
      return;
    case init::Kind::executing:
      executing_ = true;
      pass_on_early();
      return;
    case init::Kind::failed:
    case init::Kind::ended:
      last_.push_back(message);
      return;
  }
}

void Supervisor::take_complaints() {
  char bytes[1024];
  const ssize_t got = read(started_.complaints.get(), bytes, sizeof(bytes));
  if (got <= 0) {
    started_.complaints.reset();
    return;
  }
  complaints_.append(bytes, static_cast<size_t>(got));
  complaints_.resize(std::min(complaints_.size(), kComplaintsKept));
}

void Supervisor::take_told() {
  using Kind = NetworkMessage::Kind;
  NetworkMessage told = network_start_.take_told();
  switch (told.kind) {
    case Kind::stands:
      let_go(started_);
      return;
    case Kind::failed:
      if (!lost_ && last_.empty()) lost_ = std::move(told.failure);
      started_.keeper.end_all();
      return;
    case Kind::note:
      if (order_.on_note) order_.on_note(told.failure.message);
      return;
    case Kind::ended:  // its status tells whether it should have
      network_.expect_nothing();
      return;
  }
}

void Supervisor::take_reports(Companion& from,
                              const std::function<bool(std::string_view)>& record) {
  char bytes[16384];
  const ssize_t got = read(from.reports().get(), bytes, sizeof(bytes));
  if (got <= 0) {
    from.reports().reset();
    return;
  }
  if (not_recorded_ || !record || record({bytes, static_cast<size_t>(got)})) return;
  not_recorded_ = true;
  started_.keeper.end_all();
}

void Supervisor::take_signal() {
  signalfd_siginfo info{};
  if (read(signals_.get(), &info, sizeof(info)) != sizeof(info)) return;
  const auto signal = static_cast<int>(info.ssi_signo);
  if (signal != SIGCHLD) {
    // Nobody is left to hear it, and whoever sends it has waited for the last bytes long enough.
    if (sandbox_is_gone() && ends(signal, order_.ignored_signals)) return network_.end();
    const bool of_terminal = order_.keep_terminal && info.ssi_code == SI_KERNEL;
    if (of_terminal && executing_ && !is_ours_alone(signal)) return;
    pass_on(signal);
    return;
  }
  int status = 0;
  for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid == started_.keeper.process()) {
      started_.keeper.forget();
      broker_.expect_nothing();
      network_.expect_last_words();
    }
    if (pid == broker_.process()) companion_ended(broker_, "broker", status);
    if (pid == network_.process()) companion_ended(network_, "egress proxy", status);
  }
}

void Supervisor::companion_ended(Companion& companion, const char* name, int status) {
  companion.forget();
  // A command that was quick may have ended before the broker stood; it says so before it is gone.
  take_messages();
  if (!last_.empty() || sandbox_is_gone() || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) {
    return;
  }
  // Without it every call that it answers would fail, one by one, with a wrong reason.
  Failure failure{
      .message = std::string("the ") + name + " ended before the command, which was ended, too",
      .help = "start it again; if it happens again, report it as a bug in sbxc"};
  const std::string words = companion.complaint();
  if (!words.empty()) failure.notes.push_back("it says: " + words);
  if (!lost_) lost_ = std::move(failure);
  started_.keeper.end_all();
}

void Supervisor::pass_on(int signal) {
  if (!executing_) return keep(signal);
  send_signal(command_, signal);
  if (signal != SIGTERM && signal != SIGHUP) return;
  if (!ends(signal, order_.ignored_signals)) return;
  asked_to_end_ = true;
  deadline_ = std::min(deadline_, Clock::now() + kGrace);
}

// The command may run already, and be heard of in a moment.
void Supervisor::keep(int signal) {
  early_.push_back(signal);
  if (!ends(signal, order_.ignored_signals)) return;
  if (asked_early_ == 0) asked_early_ = signal;
  if (!command_) return end_early();
  asked_to_end_ = true;
  deadline_ = std::min(deadline_, Clock::now() + kStartGrace);
}

void Supervisor::end_early() {
  ended_early_ = true;
  started_.keeper.end_all();
}

void Supervisor::pass_on_early() {
  if (asked_early_ != 0) {
    asked_to_end_ = false;
    deadline_ = time_over_;
  }
  for (const int signal : std::exchange(early_, {})) pass_on(signal);
}

Result<int> Supervisor::verdict() {
  if (ended_early_ && last_.empty()) return 128 + asked_early_;
  // A companion that is in want of a sandbox knows less of the reason than bubblewrap does.
  if (!executing_ && last_.empty() && !complaints_.empty()) {
    return tl::unexpected(no_sandbox(complaints_));
  }
  if (lost_) return tl::unexpected(std::move(*lost_));
  for (const Pumping& pump : pumps_) {
    if (pump.failed() == 0 || last_.empty()) continue;
    return tl::unexpected(
        system_failure("what the command wrote could not be written out", pump.failed()));
  }
  if (not_recorded_) {
    return tl::unexpected(Failure{.message =
                                      "what was denied could not be recorded, so the command "
                                      "was ended"});
  }
  if (timed_out_) {
    if (order_.on_time_over) order_.on_time_over();
    return kTimedOut;
  }
  if (last_.empty()) {
    if (asked_to_end_) return 128 + SIGKILL;
    return tl::unexpected(executing_ ? Failure{.message = "the sandbox was ended from outside"}
                                     : no_sandbox(complaints_));
  }
  const init::Message& message = last_.back();
  if (message.kind == init::Kind::failed) return tl::unexpected(not_started(message, order_));
  return WIFEXITED(message.value) ? WEXITSTATUS(message.value) : 128 + WTERMSIG(message.value);
}

}  // namespace sbxc::launch
