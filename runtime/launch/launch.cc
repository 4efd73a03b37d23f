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

// The one that was begun ahead, or another.
Result<Beginning> beginning_for(const Launch& order, Ahead ahead) {
  if (ahead && suits(*ahead, order)) return std::move(*ahead);
  ahead.reset();
  return begin(&order);
}

}  // namespace

void EndBeginning::operator()(Beginning* begun) const { delete begun; }

Ahead begin_ahead() {
  auto begun = begin(nullptr);
  return begun ? Ahead(new Beginning(std::move(*begun))) : Ahead();
}

Result<int> launch(Launch order, Ahead ahead) {
  const TerminalModes modes;
  Blocked blocked;
  Descriptor signals = blocked.take();
  if (!signals) return tl::unexpected(system_failure("signals cannot be waited for", errno));
  auto begun = beginning_for(order, std::move(ahead));
  if (!begun) return tl::unexpected(std::move(begun.error()));
  // First of all: it takes longest, and the others are made and prepare themselves meanwhile. They
  // close what they have of the command's.
  auto started = start(order, std::move(*begun));
  if (!started) return tl::unexpected(std::move(started.error()));
  auto network = start_network(order.network);
  if (!network) return tl::unexpected(std::move(network.error()));
  if (order.add_walls) {
    if (auto added = order.add_walls(order); !added) {
      return tl::unexpected(std::move(added.error()));
    }
  }
  auto broker = start_broker(order);
  if (!broker) return tl::unexpected(std::move(broker.error()));
  if (auto given = give_orders(order, *started); !given) {
    return tl::unexpected(std::move(given.error()));
  }
  Supervisor supervisor(order, {std::move(*broker), std::move(*network)}, std::move(*started),
                        std::move(signals));
  return supervisor.wait();
}

}  // namespace sbxc::launch
