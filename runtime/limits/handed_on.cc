// A group that hands controllers on may have no processes of its own (but the root of all groups
// may), so this process moves aside first, into a group beside those of runs. Nothing could be
// started in the delegated group while that lasts: the kernel refuses it with EBUSY. So all is
// undone at the end, and whoever delegated the group can start the next run in it.
//
// At the root of all groups nothing is undone: other runs may use the controllers by then, and to
// take them back would take their limits away.
#include "runtime/limits/handed_on.h"

#include <fmt/core.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

#include "runtime/limits/group.h"
#include "runtime/limits/group_file.h"

namespace sbxc::limits {
namespace {

tl::unexpected<GroupFailure> failed(std::string what) {
  return tl::unexpected(GroupFailure{std::move(what), errno});
}

}  // namespace

std::string random_name() {
  uint64_t number = 0;
  if (getrandom(&number, sizeof number, 0) != sizeof number) number = 0;
  return fmt::format("{}{:016x}", kGroupPrefix, number);
}

bool remove_group(const std::string& path) {
  for (int i = 0; i < 200; ++i) {
    if (rmdir(path.c_str()) == 0 || errno != EBUSY) break;
    const timespec pause{0, 5'000'000};
    nanosleep(&pause, nullptr);
  }
  return access(path.c_str(), F_OK) != 0;
}

tl::expected<HandedOn, GroupFailure> hand_on(const Delegation& delegation) {
  HandedOn handed{.directory = delegation.directory};
  if (delegation.has_own_processes) {
    const std::string aside = delegation.directory + "/" + random_name();
    if (mkdir(aside.c_str(), 0755) != 0) return failed("cannot make the group " + aside);
    handed.aside = aside;
    if (!write_to(aside + "/cgroup.procs", "0")) {
      auto failure = failed("cannot move into the group " + aside);
      rmdir(aside.c_str());
      return failure;
    }
  }
  std::string on;
  for (const auto& [has, name] :
       {std::pair(delegation.memory, "memory "), {delegation.pids, "pids "}}) {
    if (!has) continue;
    on += std::string("+") + name;
    if (!handed.aside.empty()) handed.to_undo += std::string("-") + name;
  }
  const std::string file = delegation.directory + "/cgroup.subtree_control";
  if (!on.empty() && !write_to(file, on)) {
    auto failure = failed("cannot write " + file);
    handed.to_undo.clear();
    give_back(handed);
    return failure;
  }
  return handed;
}

void give_back(const HandedOn& handed) {
  if (handed.aside.empty()) return;
  if (!handed.to_undo.empty()) {
    write_to(handed.directory + "/cgroup.subtree_control", handed.to_undo);
  }
  // Where the controllers could not be taken back this is refused, and the group stays.
  if (write_to(handed.directory + "/cgroup.procs", "0")) remove_group(handed.aside);
}

}  // namespace sbxc::limits
