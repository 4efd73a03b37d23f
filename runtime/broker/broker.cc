#include "runtime/broker/broker.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "runtime/broker/dispatch.h"
#include "runtime/broker/spelled_judge.h"
#include "runtime/descriptor/closing.h"

namespace sbxc::broker {

namespace {

// Most names that are looked for and are not there are nobody's secret.
constexpr uint64_t kMissesAtOnce = 500;

constexpr int kTidyEvery = 200;  // milliseconds, while somebody waits

#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif

void calm_signals() {
  // The terminal's signals are for the command; the supervisor says when to end.
  for (const int number : {SIGPIPE, SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU, SIGXFSZ}) {
    signal(number, SIG_IGN);
  }
  signal(SIGCHLD, SIG_DFL);
}

// The kernel's struct sched_attr, first version (include/uapi/linux/sched/types.h); its header and
// the C library's do not go together.
struct SchedulingAttributes {
  uint32_t size = 0;
  uint32_t policy = 0;
  uint64_t flags = 0;
  int32_t nice = 0;
  uint32_t priority = 0;
  uint64_t runtime = 0;
  uint64_t deadline = 0;
  uint64_t period = 0;
};
static_assert(sizeof(SchedulingAttributes) == 48);

// Whoever asks waits, and most answers take microseconds: so this process runs as soon as it can,
// and gives the processor up for the sooner. The request for a short slice (Linux 6.12, sched(7);
// kernel/sched/fair.c) takes nobody's share; older kernels take no notice of it.
void ask_for_short_slices() {
  SchedulingAttributes now{};
  if (syscall(SYS_sched_getattr, 0, &now, sizeof(now), 0U) != 0) return;
  if (now.policy != SCHED_OTHER && now.policy != SCHED_BATCH) return;
  constexpr uint64_t kShortest = 100'000;  // nanoseconds; the kernel's own least
  now.size = sizeof(now);
  now.runtime = kShortest;
  syscall(SYS_sched_setattr, 0, &now, 0U);
}

// The kernel's structure may have grown since this was built.
class Notification {
 public:
  Notification() {
    seccomp_notif_sizes sizes{};
    syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes);
    const size_t size = std::max<size_t>(sizes.seccomp_notif, sizeof(seccomp_notif));
    memory_.resize((size + 7) / 8);
  }
  bool receive(int listener) {
    std::fill(memory_.begin(), memory_.end(), 0);
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, memory_.data()) == 0;
  }
  const seccomp_notif& get() const {
    return *reinterpret_cast<const seccomp_notif*>(memory_.data());
  }

 private:
  std::vector<uint64_t> memory_;
};

// Receiving ends when no filtered process is left, as polling does; before Linux 6.11 it waited for
// ever. One version more than that, to be sure.
bool receiving_ends() {
  utsname system{};
  unsigned major = 0;
  unsigned minor = 0;
  if (uname(&system) != 0 || sscanf(system.release, "%u.%u", &major, &minor) != 2) return false;
  return major > 6 || (major == 6 && minor >= 12);
}

// Where there is nothing else to wait for, receiving is what waits: asking poll() first would be
// one call more for every notification.
Ended loop(const ServeOptions& options, Context& context) {
  Notification notification;
  pollfd events[2] = {{options.listener, POLLIN, 0}, {options.stop_fd, POLLIN, 0}};
  const bool just_receives = options.stop_fd < 0 && receiving_ends();
  bool polls = true;
  for (;;) {
    if (polls || !just_receives || context.waiting.any()) {
      const int ready = poll(events, 2, context.waiting.any() ? kTidyEvery : -1);
      if (ready < 0 && errno != EINTR) return Ended::failed;
      if (context.waiting.any()) context.waiting.tidy();
      if (ready <= 0) continue;
      if (events[1].revents != 0) return Ended::told_to;
      const bool ended = (events[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
      if ((events[0].revents & POLLIN) == 0 && ended) return Ended::command_gone;
      if ((events[0].revents & POLLIN) == 0) continue;
    }
    // Nothing received: whoever asked is gone, and perhaps everybody.
    polls = !notification.receive(options.listener);
    if (polls && errno != ENOENT && errno != EINTR) return Ended::failed;
    if (polls) continue;
    const Target target(options.listener, notification.get(), context.station);
    const Outcome outcome = dispatch(context, target);
    if (outcome != kAnswered) answer(options.listener, target.id(), outcome);
  }
}

}  // namespace

Ended serve(const ServeOptions& options, Judge& judge) {
  const pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  calm_signals();
  ask_for_short_slices();
  setsid();  // /dev/tty is nothing to us
  int kept[] = {options.listener, options.reports_fd, options.stop_fd, options.ready_fd};
  close_all_but(kept, STDERR_FILENO + 1);
  Station station;
  const char* step = "";
  if (const int rc = enter(options.inside, station, step); rc != 0) {
    dprintf(STDERR_FILENO, "sbxc: the broker could not %s: %s\n", step, strerror(-rc));
    return Ended::not_started;
  }
  // Changing credentials has taken this back.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) return Ended::failed;
  // Answering and being asked again on one core, where the kernel can (6.6).
  ioctl(options.listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
  if (options.ready_fd >= 0) {
    const char byte = 1;
    if (write(options.ready_fd, &byte, 1) != 1) return Ended::failed;
    close(options.ready_fd);
  }
  std::optional<SpelledJudge> spelled;
  if (options.denies_names) spelled.emplace(judge, folds_case_below(station));
  Context context{options.listener,
                  station,
                  Resolver(station),
                  spelled ? static_cast<Judge&>(*spelled) : judge,
                  ReportWriter(options.reports_fd),
                  ReportWriter(options.reports_fd, kMissesAtOnce),
                  Waiting(options.listener),
                  options.sockets};
  return loop(options, context);
}

}  // namespace sbxc::broker
