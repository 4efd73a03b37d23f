#include "runtime/broker/perform.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <string>

namespace sbxc::broker {

Masked::Masked(mode_t mask) { ::umask(mask); }
Masked::~Masked() { ::umask(0); }

Outcome umask_of(const Target& target, mode_t& mask) {
  Target::Status status;
  if (const Outcome rc = target.status(status); rc < 0) return rc;
  mask = status.umask;
  return 0;
}

void answer(int listener, uint64_t id, Outcome outcome) {
  seccomp_notif_resp response{};
  response.id = id;
  if (outcome < 0) {
    response.error = static_cast<int32_t>(outcome);
  } else {
    response.val = outcome;
  }
  // Fails when the process is gone: then nobody waits.
  ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

Outcome give(int listener, uint64_t id, Descriptor file, int flags) {
  const bool writes = (flags & O_ACCMODE) != O_RDONLY;
  seccomp_notif_addfd addition{};
  addition.id = id;
  addition.flags = writes ? 0 : SECCOMP_ADDFD_FLAG_SEND;  // given and answered at once
  addition.srcfd = static_cast<uint32_t>(file.get());
  addition.newfd_flags = static_cast<uint32_t>(flags & O_CLOEXEC);
  const int given = ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &addition);
  if (given < 0) return -errno;
  file.reset();
  if (writes) answer(listener, id, given);
  return kAnswered;
}

std::string_view parent_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/" : path.substr(0, slash);
}

Outcome refuse(Context& context, const Target& target, Denied operation, const Found& found,
               std::string_view second) {
  int error = EACCES;
  if (operation != Denied::socket && !found.path.empty() && !context.judge.at(found.path).read &&
      !context.judge.at(parent_of(found.path)).read) {
    error = ENOENT;
  }
  Report report;
  report.operation = operation;
  report.error = error;
  report.pid = target.pid();
  report.call = target.call();
  report.other_spellings =
      context.judge.has_other_spellings(found.path) || context.judge.has_other_spellings(second);
  report.path = found.path;
  report.second = second;
  context.reports.write(std::move(report));
  return -error;
}

void tell_miss(Context& context, const Target& target, const Miss& miss) {
  // Processes come and go, and inside they have other numbers.
  if (miss.path.empty() || miss.path.starts_with("/proc/")) return;
  Report report;
  report.operation = miss.operation;
  report.unseen = miss.unseen;
  report.error = miss.error;
  report.pid = target.pid();
  report.call = target.call();
  report.path = miss.path;
  context.misses.write(std::move(report));
}

}  // namespace sbxc::broker
