// The parent's side. The child does everything in the sandbox's namespace; this process never
// leaves its own.
#include "runtime/netns/netns.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <utility>

#include "runtime/descriptor/passing.h"
#include "runtime/netns/child.h"
#include "runtime/netns/failure.h"
#include "runtime/netns/outside_mark.h"

namespace sbxc::netns {

namespace {

using Clock = std::chrono::steady_clock;

// False with errno: ETIMEDOUT, or what poll() says.
bool await_readable(int channel, Clock::time_point end) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) {
      errno = ETIMEDOUT;
      return false;
    }
    pollfd waiting{channel, POLLIN, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

// From a child that went without a word: ReportType::none.
bool read_report(int channel, Clock::time_point end, Report& report, Descriptor& descriptor) {
  if (!await_readable(channel, end)) return false;
  report = {};
  descriptor.reset(receive_with_descriptor(channel, &report, sizeof report));
  report.text[sizeof report.text - 1] = '\0';
  return true;
}

}  // namespace

Result<Capture> Capture::start(const Order& order) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
    return tl::unexpected(failure("no socket pair", errno));
  }
  Capture capture;
  capture.channel_.reset(pair[0]);
  const Descriptor of_child(pair[1]);
  capture.wait_milliseconds_ = order.wait_milliseconds;
  const pid_t parent = getpid();
  capture.process_ = fork();
  if (capture.process_ < 0) return tl::unexpected(failure("no process", errno));
  if (capture.process_ == 0) run_child(order, of_child.get(), parent);
  capture.child_.reset(static_cast<int>(syscall(SYS_pidfd_open, capture.process_, 0)));
  if (!capture.child_) {
    const int error = errno;
    kill(capture.process_, SIGKILL);
    waitpid(capture.process_, nullptr, 0);
    return tl::unexpected(failure("no pidfd", error));
  }
  return capture;
}

Capture::~Capture() { reap(); }

void Capture::reap() {
  channel_.reset();
  if (!child_) return;
  syscall(SYS_pidfd_send_signal, child_.get(), SIGKILL, nullptr, 0);
  siginfo_t ended{};
  while (waitid(P_PIDFD, static_cast<id_t>(child_.get()), &ended, WEXITED) != 0 && errno == EINTR) {
  }
  child_.reset();
}

Result<Inside> Capture::finish() {
  const auto end = Clock::now() + std::chrono::milliseconds(wait_milliseconds_);
  Inside inside;
  const auto give_up = [&](Failure failed) -> Result<Inside> {
    reap();
    return tl::unexpected(std::move(failed));
  };
  for (;;) {
    Report report;
    Descriptor descriptor;
    if (!read_report(channel_.get(), end, report, descriptor)) {
      return give_up(failure("the sandbox's network was not set up", errno));
    }
    switch (report.type) {
      case ReportType::listener:
        if (!descriptor) return give_up(failure("a listener was not handed out", EMFILE));
        inside.listeners.push_back({report.kind, report.v6, report.port, std::move(descriptor)});
        break;
      case ReportType::ready:
        inside.v6 = report.v6;
        return inside;
      case ReportType::failed:
        return give_up(
            {.message = report.text, .error = report.error, .unsupported = report.unsupported});
      case ReportType::none:
      case ReportType::socket:
        return give_up(failure("whoever set up the sandbox's network has ended", 0));
    }
  }
}

int Capture::socket_inside(bool v6) const {
  const Request request = v6 ? Request::socket_v6 : Request::socket_v4;
  if (!ask(request)) return -1;
  Report report;
  const Descriptor descriptor(receive_with_descriptor(channel_.get(), &report, sizeof report));
  if (report.type != ReportType::socket || !descriptor) {
    errno = report.type != ReportType::socket ? EPIPE : report.error != 0 ? report.error : EMFILE;
    return -1;
  }
  // Whoever owns the namespace may, from outside as well.
  if (setsockopt(descriptor.get(), SOL_SOCKET, SO_MARK, &kOutsideMark, sizeof kOutsideMark) != 0) {
    return -1;
  }
  return fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 0);
}

std::vector<uint16_t> Capture::listening_inside() const {
  ListeningReport report;
  if (!ask(Request::listening) ||
      recv(channel_.get(), &report, sizeof report, 0) != sizeof report ||
      report.count > report.ports.size()) {
    return {};
  }
  return {report.ports.begin(), report.ports.begin() + report.count};
}

// Sends one request and waits until its answer is there; false with errno.
bool Capture::ask(Request request) const {
  if (!channel_ || !send_with_descriptor(channel_.get(), &request, sizeof request, -1)) {
    return false;
  }
  const auto end = Clock::now() + std::chrono::milliseconds(wait_milliseconds_);
  if (await_readable(channel_.get(), end)) return true;
  const int error = errno;
  shutdown(channel_.get(), SHUT_RDWR);  // or a late answer would be taken for the next one's
  errno = error;
  return false;
}

}  // namespace sbxc::netns
