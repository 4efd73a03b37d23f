#include "runtime/launch/launch.h"

#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>

#include "runtime/launch/start.h"
#include "runtime/launch/supervisor.h"

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

}  // namespace

Result<int> launch(const Launch& order) {
  Blocked blocked;
  Descriptor signals = blocked.take();
  if (!signals) return tl::unexpected(system_failure("signals cannot be waited for", errno));
  // First of all, so that it has no copy of what the command reads and writes.
  auto broker = BrokerProcess::start(order);
  if (!broker) return tl::unexpected(std::move(broker.error()));
  auto stdio = stdio_for_command();
  if (!stdio) return tl::unexpected(std::move(stdio.error()));
  auto started = start(order, *stdio);
  if (!started) return tl::unexpected(std::move(started.error()));
  Supervisor supervisor(order, std::move(*broker), std::move(*started), std::move(*stdio),
                        std::move(signals));
  return supervisor.wait();
}

}  // namespace sbxc::launch
