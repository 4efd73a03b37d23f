// `select`, for on macOS `poll` does not speak of terminals.
#include "runtime/plain_launch/supervising.h"

#include <poll.h>
#include <sys/select.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace sbxc::plain {
namespace {

constexpr int kLastOutput = 200;           // ms
constexpr std::chrono::seconds kGrace{5};  // between asking a command to end and ending it

}  // namespace

struct Supervising::Ready {
  fd_set in;
  fd_set out;
  int highest = -1;

  Ready() {
    FD_ZERO(&in);
    FD_ZERO(&out);
  }
  void watch(fd_set& set, int descriptor) {
    if (descriptor < 0 || descriptor >= FD_SETSIZE) return;
    FD_SET(descriptor, &set);
    highest = std::max(highest, descriptor);
  }
  static bool has(const fd_set& set, int descriptor) {
    return descriptor >= 0 && descriptor < FD_SETSIZE && FD_ISSET(descriptor, &set);
  }
  void forget() {
    FD_ZERO(&in);
    FD_ZERO(&out);
  }
};

Supervising::Supervising(const Order& order, Beside beside, pid_t command, Descriptor failure,
                         std::vector<launch::Pump> pumps)
    : order_(order), beside_(beside), command_(command), failure_(std::move(failure)) {
  for (launch::Pump& pump : pumps) pumps_.emplace_back(std::move(pump));
  if (order.time) deadline_ = Clock::now() + *order.time;
  reports_open_ = order.reports >= 0;
}

Result<int> Supervising::wait() {
  while (!status_) {
    end_in_time();
    work(wait_for_something());
  }
  end_everything();
  copy_the_last();
  if (!beside_.watcher.take_the_last(order_)) not_recorded_ = true;
  beside_.terminal.restore();
  return verdict();
}

Supervising::Ready Supervising::wait_for_something() {
  Ready ready;
  const OwnTerminal& terminal = beside_.terminal;
  ready.watch(ready.in, beside_.signals.descriptor());
  ready.watch(ready.in, failure_.get());
  ready.watch(ready.in, beside_.watcher.descriptor());
  if (reports_open_) ready.watch(ready.in, order_.reports);
  ready.watch(ready.in, terminal.output());
  if (terminal.has_pending_keys()) {
    ready.watch(ready.out, terminal.output());
  } else {
    ready.watch(ready.in, terminal.keys());
  }
  for (const launch::Pumping& pump : pumps_) {
    if (!pump.done())
      ready.watch(pump.events() == POLLOUT ? ready.out : ready.in, pump.waits_for());
  }
  timeval time{};
  timeval* until = nullptr;
  if (deadline_ != Clock::time_point::max()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    const auto bounded = std::clamp<long long>(left.count(), 0, 1'000'000);
    time.tv_sec = static_cast<time_t>(bounded / 1000);
    time.tv_usec = static_cast<suseconds_t>(bounded % 1000 * 1000);
    until = &time;
  }
  if (select(ready.highest + 1, &ready.in, &ready.out, nullptr, until) <= 0) ready.forget();
  return ready;
}

void Supervising::work(const Ready& ready) {
  OwnTerminal& terminal = beside_.terminal;
  if (Ready::has(ready.in, failure_.get())) take_failure();
  if (Ready::has(ready.in, beside_.watcher.descriptor()) && !beside_.watcher.take(order_)) {
    give_up_recording();
  }
  if (reports_open_ && Ready::has(ready.in, order_.reports)) take_reports();
  if (Ready::has(ready.out, terminal.output())) terminal.put_keys();
  if (Ready::has(ready.in, terminal.output())) terminal.take_output();
  if (Ready::has(ready.in, terminal.keys())) terminal.take_keys();
  for (launch::Pumping& pump : pumps_) {
    if (pump.done()) continue;
    const fd_set& set = pump.events() == POLLOUT ? ready.out : ready.in;
    if (Ready::has(set, pump.waits_for())) pump.step();
  }
  if (Ready::has(ready.in, beside_.signals.descriptor())) take_signals();
}

void Supervising::take_failure() {
  Refusal refusal;
  const ssize_t got = read(failure_.get(), &refusal, sizeof(refusal));
  if (got < 0 && errno == EINTR) return;
  if (got == static_cast<ssize_t>(sizeof(refusal))) {
    refusal.text[sizeof(refusal.text) - 1] = '\0';
    refusal_ = refusal;
  }
  failure_.reset();
}

void Supervising::give_up_recording() {
  if (!not_recorded_) kill(command_, SIGKILL);
  not_recorded_ = true;
}

// Whether there may be more.
bool Supervising::take_reports() {
  char bytes[16384];
  const ssize_t got = read(order_.reports, bytes, sizeof(bytes));
  if (got < 0 && errno == EINTR) return true;
  if (got <= 0) reports_open_ = false;
  if (got > 0 && !order_.on_reports({bytes, static_cast<size_t>(got)})) give_up_recording();
  return got > 0;
}

void Supervising::take_signals() {
  for (const int signal : beside_.signals.take()) {
    if (signal == SIGCHLD) {
      reap();
    } else if (signal == SIGWINCH) {
      if (beside_.terminal) beside_.terminal.take_size();
    } else {
      pass_on(signal);
    }
  }
}

void Supervising::reap() {
  int status = 0;
  if (!status_ && waitpid(command_, &status, WNOHANG) == command_) status_ = status;
}

// Also before the command is executed: its process then ends by the signal, as the command would,
// or has our own way to take it still, which leads here again.
void Supervising::pass_on(int signal) {
  if (status_) return;
  kill(command_, signal);
  if (signal != SIGTERM && signal != SIGHUP) return;
  if (has_signal(order_.ignored_signals, signal)) return;
  asked_to_end_ = true;
  deadline_ = std::min(deadline_, Clock::now() + kGrace);
}

void Supervising::end_in_time() {
  if (Clock::now() < deadline_) return;
  timed_out_ = timed_out_ || !asked_to_end_;
  if (asked_to_end_) {
    kill(command_, SIGKILL);
    deadline_ = Clock::time_point::max();
    return;
  }
  asked_to_end_ = true;
  kill(command_, SIGTERM);
  deadline_ = Clock::now() + kGrace;
}

void Supervising::end_everything() {
  if (failure_) take_failure();  // it may have said why, and ended, at once
  some_are_left_ = !beside_.ending.end_all();
}

void Supervising::copy_the_last() {
  for (launch::Pumping& pump : pumps_) {
    while (!pump.done() && pump.events() == POLLIN) {
      pollfd watched{pump.waits_for(), POLLIN, 0};
      if (poll(&watched, 1, 0) <= 0) break;
      pump.step();
    }
  }
  pollfd reports{order_.reports, POLLIN, 0};
  while (reports_open_ && poll(&reports, 1, 0) > 0 && take_reports()) {
  }
  // First while the command's end is open: macOS may forget what is unread when it is closed. Then
  // to its end: Linux hands on what was written a moment later.
  show_the_last(0);
  beside_.terminal.close_command_end();
  show_the_last(kLastOutput);
}

void Supervising::show_the_last(int milliseconds) {
  OwnTerminal& terminal = beside_.terminal;
  while (terminal.output() >= 0) {
    Ready ready;
    ready.watch(ready.in, terminal.output());
    timeval time{.tv_sec = 0, .tv_usec = milliseconds * 1000};
    if (select(ready.highest + 1, &ready.in, nullptr, nullptr, &time) <= 0) return;
    terminal.take_output();
  }
}

Result<int> Supervising::verdict() const {
  for (const launch::Pumping& pump : pumps_) {
    if (pump.failed() == 0) continue;
    return tl::unexpected(
        launch::system_failure("what the command wrote could not be written out", pump.failed()));
  }
  if (refusal_) return tl::unexpected(not_started(*refusal_, order_));
  if (not_recorded_) {
    return tl::unexpected(Failure{.message =
                                      "what was denied could not be recorded, so the command "
                                      "was ended"});
  }
  if (some_are_left_) {
    return tl::unexpected(Failure{.message = "processes of the command are left and do not end",
                                  .help = "they are still confined; end them by hand"});
  }
  if (timed_out_) {
    if (order_.on_time_over) order_.on_time_over();
    return launch::kTimedOut;
  }
  return WIFEXITED(*status_) ? WEXITSTATUS(*status_) : 128 + WTERMSIG(*status_);
}

}  // namespace sbxc::plain
