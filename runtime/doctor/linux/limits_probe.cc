#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "runtime/doctor/linux/probes.h"
#include "runtime/limits/delegation.h"
#include "runtime/limits/group.h"

namespace sbxc::doctor {

// A group with controllers is made in a child, which leaves our own group for that if it has to.
Mechanism control_groups() {
  Mechanism found{.id = "control-groups",
                  .purpose = "`limit memory` and `limit processes` for the sandbox as a whole",
                  .ordinary = false};
  const limits::Found place = limits::find_delegation();
  if (!place.delegation) {
    found.state = State::degraded;
    found.seen = place.none.why;
    found.help = {
        "each process is limited by itself; for the whole, start sbxc in a group of its own:",
        geteuid() == 0 ? "`systemd-run --scope -p Delegate=yes -- sbxc run …`"
                       : "`systemd-run --user --scope -p Delegate=yes -- sbxc run …`"};
    if (geteuid() == 0) {
      found.help.insert(found.help.begin(),
                        "root is exempt from RLIMIT_NPROC: `limit processes` is not held");
    }
    return found;
  }
  const Outcome outcome = in_child([&](int said) {
    limits::Delegation alone = *place.delegation;
    alone.has_own_processes = false;  // looked at, not rearranged
    if (place.delegation->has_own_processes) alone.memory = alone.pids = false;
    const auto group = limits::Group::make(alone, {});
    if (group) return 0;
    const std::string text =
        fmt::format("{}: {}", group.error().what, std::strerror(group.error().error));
    (void)!write(said, text.data(), text.size());
    return 1;
  });
  found.seen = fmt::format("groups can be made in {}{}{}", place.delegation->directory,
                           place.delegation->memory ? ", memory" : "",
                           place.delegation->pids ? ", pids" : "");
  if (outcome.ok()) return found;
  found.state = State::degraded;
  found.seen = outcome.said;
  found.help = {"each process is limited by itself"};
  return found;
}

}  // namespace sbxc::doctor
