// A control group counts what the whole sandbox uses; a resource limit is each process's own, but
// for RLIMIT_NPROC, which since Linux 5.14 counts the processes of one user in one user namespace,
// and so those of the sandbox. Root of the machine is not counted at all: whoever starts as root
// needs a group for `processes`.
//
// RLIMIT_AS is about addresses, not memory: programs that reserve more than they use (node, Go, the
// JVM) meet it early. It is given only where there is no group.
//
// RLIMIT_CORE is given always, and is no `limit` of a policy: the kernel writes a core dump by
// itself, at whatever place the process stands in, so neither a filter nor the broker is asked.
// One byte is too little for any dump. With none at all a program that is given dumps through a
// pipe would be started all the same, outside, and as root (core(5); fs/coredump.c).
#include "runtime/limits/limits.h"

#include <fmt/core.h>
#include <sys/resource.h>

namespace sbxc::limits {
namespace {

std::string delegate(bool root) {
  return std::string("start it in a group of its own: systemd-run ") + (root ? "" : "--user ") +
         "--scope -p Delegate=yes -- sbxc run …";
}

std::string why_not(const Found& found, const char* controller) {
  if (!found.delegation) return found.none.why;
  return fmt::format("the group `{}` has no {} controller", found.delegation->directory,
                     controller);
}

Holding process_count(uint64_t value, const Found& found, bool root) {
  Holding holding{.kind = LimitKind::processes, .value = value, .by = Mechanism::group, .how = {}};
  if (found.delegation && found.delegation->pids) {
    holding.how = "pids.max of a control group";
  } else if (root) {
    holding.by = Mechanism::nobody;
    holding.how = "root is exempt from RLIMIT_NPROC, and " + why_not(found, "pids");
    holding.help = delegate(root);
  } else {
    holding.by = Mechanism::process;
    holding.how = "RLIMIT_NPROC: of this user in the sandbox";
  }
  return holding;
}

Holding memory(uint64_t value, const Found& found, bool root) {
  Holding holding{.kind = LimitKind::memory, .value = value, .by = Mechanism::group, .how = {}};
  if (found.delegation && found.delegation->memory) {
    holding.how = "memory.max of a control group: all processes together";
    return holding;
  }
  holding.by = Mechanism::process;
  holding.how = "RLIMIT_AS: the addresses of each process by itself";
  holding.help = delegate(root);
  return holding;
}

}  // namespace

std::vector<Holding> holdings(std::span<const bwrap::LimitStep> limits, const Found& found,
                              bool root) {
  std::vector<Holding> all;
  for (const bwrap::LimitStep& limit : limits) {
    switch (limit.kind) {
      case LimitKind::processes:
        all.push_back(process_count(limit.value, found, root));
        break;
      case LimitKind::memory:
        all.push_back(memory(limit.value, found, root));
        break;
      case LimitKind::open_files:
        all.push_back(
            {limit.kind, limit.value, Mechanism::process, "RLIMIT_NOFILE: of each process", {}});
        break;
      case LimitKind::file_size:
        all.push_back({limit.kind,
                       limit.value,
                       Mechanism::process,
                       "RLIMIT_FSIZE: of each file that is written",
                       {}});
        break;
      case LimitKind::time:
        all.push_back({limit.kind,
                       limit.value,
                       Mechanism::supervisor,
                       "the supervisor ends the sandbox then",
                       {}});
        break;
    }
  }
  return all;
}

std::vector<ResourceLimit> resource_limits(std::span<const Holding> holdings) {
  std::vector<ResourceLimit> all = {{RLIMIT_CORE, 1}};
  for (const Holding& holding : holdings) {
    if (holding.by != Mechanism::process) continue;
    switch (holding.kind) {
      case LimitKind::processes:
        all.push_back({RLIMIT_NPROC, holding.value});
        break;
      case LimitKind::memory:
        all.push_back({RLIMIT_AS, holding.value});
        break;
      case LimitKind::open_files:
        all.push_back({RLIMIT_NOFILE, holding.value});
        break;
      case LimitKind::file_size:
        all.push_back({RLIMIT_FSIZE, holding.value});
        break;
      case LimitKind::time:
        break;
    }
  }
  return all;
}

}  // namespace sbxc::limits
