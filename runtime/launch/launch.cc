#include "runtime/launch/launch.h"

#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>

#include "runtime/launch/network_process.h"
#include "runtime/launch/start.h"
#include "runtime/launch/supervisor.h"
#include "runtime/launch/terminal_modes.h"

namespace sbxc::launch {
namespace {

// Puts the signals back as they were, whatever happens in between.
class Blocked {
 public:
  Blocked() {
    const sigset_t set = blocked_signals();
    sigprocmask(SIG_BLOCK, &set, &before_);
    file_.reset(signalfd(-1, &set, SFD_CLOEXEC));
  }
  ~Blocked() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  Blocked(const Blocked&) = delete;
  Blocked& operator=(const Blocked&) = delete;
  Descriptor take() { return std::move(file_); }

 private:
  sigset_t before_{};
  Descriptor file_;
};

Result<Companion> start_broker(const Launch& order) {
  if (!order.broker) return Companion();
  return Companion::start([&order](int socket, int reports) {
    const auto wait = [socket] {
      Asked asked;
      asked.listener = receive_handed_over(socket, asked.process);
      return asked;
    };
    return order.broker(wait, reports);
  });
}

}  // namespace

Result<int> launch(const Launch& order) {
  const TerminalModes modes;
  Blocked blocked;
  Descriptor signals = blocked.take();
  if (!signals) return tl::unexpected(system_failure("signals cannot be waited for", errno));
  auto stdio = stdio_for_command();
  if (!stdio) return tl::unexpected(std::move(stdio.error()));
  // First of all: it takes longest, and the others are made and prepare themselves meanwhile. They
  // close what they have of the command's.
  auto started = start(order, *stdio);
  if (!started) return tl::unexpected(std::move(started.error()));
  auto broker = start_broker(order);
  if (!broker) return tl::unexpected(std::move(broker.error()));
  auto network = start_network(order.network);
  if (!network) return tl::unexpected(std::move(network.error()));
  Supervisor supervisor(order, {std::move(*broker), std::move(*network)}, std::move(*started),
                        std::move(*stdio), std::move(signals));
  return supervisor.wait();
}

}  // namespace sbxc::launch
