#include "runtime/seatbelt_plan/seatbelt_limits.h"

namespace sbxc::seatbelt {
namespace {

std::string how(LimitKind kind) {
  switch (kind) {
    case LimitKind::processes:
      return "RLIMIT_NPROC: of this user, outside as well";
    case LimitKind::memory:
      return "RLIMIT_AS: the addresses of each process by itself";
    case LimitKind::open_files:
      return "RLIMIT_NOFILE: of each process";
    case LimitKind::file_size:
      return "RLIMIT_FSIZE: of each file that is written";
    case LimitKind::time:
      return "the supervisor ends the sandbox then";
  }
  return {};
}

}  // namespace

std::vector<HeldLimit> held_limits(const Policy& policy) {
  std::vector<HeldLimit> held;
  for (const Limit& limit : policy.limits) {
    if (!limit.os.macos) continue;
    held.push_back({limit.kind, limit.value, how(limit.kind), limit.kind == LimitKind::time});
  }
  return held;
}

}  // namespace sbxc::seatbelt
