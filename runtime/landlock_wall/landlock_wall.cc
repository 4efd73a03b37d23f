// From mounts to grants. The steps are gone through in order, as bubblewrap does: a mount covers
// what was mounted below its place before. What is left is one set of rights for each mount:
//
//   read-only                 reading
//   writable                  reading and every change, moves between directories included
//   with devices              the same, and the devices' own calls
//   an empty directory        listing, unless its mode forbids it; every change until it is made
//                             read-only
//   /proc                     reading, and writing until it is made read-only
//   /dev                      reading, writing and the devices' own calls: its nodes are mounts of
//                             their own, which no remount makes read-only
//   a mask                    nothing
//
// Landlock adds up what is granted on the way from a file to the root, across mounts. So a grant
// that its ancestors give already is left out, and what is hidden or read-only below a writable
// place is granted as if it were not: the mounts hold that. In the other direction nothing is lost,
// with one exception that is meant: a named pipe on a read-only mount can be written to, and here
// it cannot.
//
// Two kinds of plan get no wall around their files:
// - one that lets the command make user namespaces, for behind such a wall nothing can be mounted,
//   whoever does it, and sandboxes inside could not start;
// - any, on a kernel of ABI 1, where every move of a file to another directory would be refused.
// Where the policy tells programs from other files, Landlock is the only one to hold it and the
// wall is built all the same.
#include "runtime/landlock_wall/landlock_wall.h"

#include <map>

namespace sbxc::landlock {
namespace {

using bwrap::Step;
using bwrap::StepKind;

constexpr Rights kOwnProcesses = kReading | kWriteFile | kTruncate;
constexpr Rights kOwnDevices = kReading | kWriteFile | kTruncate | kIoctlDevice;

struct Mounted {
  StepKind kind{};
  Rights rights = 0;
  bool optional = false;
};

class Mounts {
 public:
  explicit Mounts(Rights with_reading) : with_reading_(with_reading) {
    // bubblewrap's root is an empty directory to begin with.
    mounted_["/"] = {StepKind::tmpfs, kReadDirectory | kWriting};
  }

  void apply(const Step& step) {
    switch (step.kind) {
      case StepKind::bind:
        mount(step, kReading | kWriting | with_reading_);
        return;
      case StepKind::ro_bind:
        mount(step, kReading | with_reading_);
        return;
      case StepKind::dev_bind:
        mount(step, kReading | kWriting | kIoctlDevice | with_reading_);
        return;
      case StepKind::tmpfs:
        mount(step, kReading | kWriting | with_reading_);
        return;
      case StepKind::proc:
        mount(step, kOwnProcesses | with_reading_);
        return;
      case StepKind::dev:
        mount(step, kOwnDevices | kMaking | with_reading_);
        return;
      case StepKind::mask_file:
        mount(step, 0);
        return;
      case StepKind::directory:
        mounted_[step.target] = {step.kind, kReadDirectory, step.if_exists};
        return;
      case StepKind::link:
        return;
      case StepKind::permissions:
        change_mode(step);
        return;
      case StepKind::read_only:
        make_read_only(step.target);
        return;
    }
  }

  std::vector<OwnedGrant> grants() const {
    std::vector<OwnedGrant> grants;
    for (const auto& [path, place] : mounted_) {
      if ((place.rights & ~granted_above(path)) == 0) continue;
      grants.push_back({path, place.rights, place.optional});
    }
    return grants;
  }

 private:
  void mount(const Step& step, Rights rights) {
    std::erase_if(mounted_,
                  [&](const auto& entry) { return bwrap::is_below(entry.first, step.target); });
    mounted_[step.target] = {step.kind, rights, step.if_exists};
  }

  // Only a directory of the sandbox's own has its mode changed.
  void change_mode(const Step& step) {
    const auto at = mounted_.find(step.target);
    if (at == mounted_.end() || (step.mode & 0444U) != 0) return;
    const bool empty = at->second.kind == StepKind::tmpfs || at->second.kind == StepKind::directory;
    if (empty) at->second.rights &= ~kReadDirectory;
  }

  void make_read_only(const std::string& target) {
    const auto at = mounted_.find(target);
    if (at == mounted_.end()) return;
    const bool devices = at->second.kind == StepKind::dev;
    at->second.rights &= devices ? ~kMaking : ~kWriting;
  }

  Rights granted_above(const std::string& path) const {
    Rights rights = 0;
    for (std::string up = path; up != "/";) {
      up = bwrap::parent_of(up);
      const auto at = mounted_.find(up);
      if (at != mounted_.end() && !at->second.optional) rights |= at->second.rights;
    }
    return rights;
  }

  Rights with_reading_;
  std::map<std::string, Mounted> mounted_;
};

}  // namespace

std::vector<Grant> OwnedWall::borrowed() const {
  std::vector<Grant> views;
  views.reserve(grants.size());
  for (const OwnedGrant& grant : grants) {
    views.push_back({grant.path.c_str(), grant.rights, grant.optional});
  }
  return views;
}

OwnedWall wall_of(const bwrap::BwrapPlan& plan, int abi) {
  OwnedWall wall;
  const bool files = plan.limits_execution || (plan.disable_user_namespaces && abi >= 2);
  if (abi <= 0 || !files) return wall;
  wall.handled = known_rights(abi);
  // Without a socket to reach, none that was made outside is reached; else the broker holds which.
  Rights with_reading = plan.unix_sockets ? kResolveUnix : 0;
  if (!plan.limits_execution) with_reading |= kExecute;
  Mounts mounts(with_reading);
  for (const Step& step : plan.steps) mounts.apply(step);
  wall.grants = mounts.grants();
  if (!plan.limits_execution) return wall;
  for (const std::string& path : plan.exec_grants) {
    // Missing programs execute nothing.
    wall.grants.push_back({path, kExecute, true});
  }
  return wall;
}

}  // namespace sbxc::landlock
