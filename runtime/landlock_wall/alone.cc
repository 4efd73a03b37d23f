// Without mounts a path means what it means outside, and Landlock can only add: so a policy holds
// when no rule takes back what is allowed above it, and when nothing it allows is the sandbox's own
// (its processes, its shared memory, its network). The plan knows all that: a step that shows less
// than the steps above it is a rule that takes something back.
//
// Landlock looks at opening, making, removing and moving of files. It does not look at modes,
// owners, times and attributes, at watches, at System V and POSIX queues, or at what one process
// may do to the priority of another: those calls are refused altogether. Sockets are no matter of
// paths before ABI 9 and UDP none at all: a policy that allows a host or a socket does not hold.
//
// Reference: the kernel's Documentation/userspace-api/landlock.rst, "Current limitations".
#include "runtime/landlock_wall/alone.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

#include "compiler/diag/printable.h"

namespace sbxc::landlock {
namespace {

using bwrap::BwrapPlan;
using bwrap::Step;
using bwrap::StepKind;

// Signals stay inside since then; before, the filter cannot tell whom a signal is for.
constexpr int kLeastAbi = 6;

constexpr auto kRefusedCalls = std::to_array<std::string_view>({
    // What a file is, but for its bytes.
    "chmod",
    "fchmod",
    "fchmodat",
    "fchmodat2",
    "chown",
    "fchown",
    "fchownat",
    "lchown",
    "utime",
    "utimes",
    "utimensat",
    "futimesat",
    "setxattr",
    "lsetxattr",
    "fsetxattr",
    "setxattrat",
    "removexattr",
    "lremovexattr",
    "fremovexattr",
    "removexattrat",
    "file_setattr",
    // Seeing what others do with files.
    "inotify_add_watch",
    "fanotify_init",
    "fanotify_mark",
    // Shared with everybody without a namespace.
    "socket",
    "shmget",
    "shmat",
    "shmctl",
    "semget",
    "semop",
    "semtimedop",
    "semctl",
    "msgget",
    "msgsnd",
    "msgrcv",
    "msgctl",
    "mq_open",
    "mq_unlink",
    // At other processes of the same user.
    "setpriority",
    "sched_setaffinity",
    "sched_setattr",
    "sched_setparam",
    "sched_setscheduler",
    "ioprio_set",
    "prlimit64",
    "process_madvise",
    "process_mrelease",
    "migrate_pages",
    "move_pages",
});

constexpr auto kShown = std::to_array<std::string_view>({
    "names, sizes, owners and times of files that may not be read",
    "which numbers of processes outside are in use",
    "the name, the network settings and the mounts of this machine, where they may be read",
});

constexpr auto kPlainDevices = std::to_array<std::string_view>(
    {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"});

std::string shown(const std::string& path) { return printable(path); }

class Judge {
 public:
  Judge(const BwrapPlan& plan, const Policy& policy, int abi)
      : plan_(plan), policy_(policy), exec_(plan.limits_execution ? 0 : kExecute), abi_(abi) {}

  Alone judge() {
    if (abi_ < kLeastAbi) {
      add({}, abi_ <= 0 ? std::string("there is no Landlock in this kernel, or it is switched off")
                        : fmt::format("the Landlock of this kernel (ABI {}) does not keep signals "
                                      "inside: 6 is needed",
                                      abi_));
    }
    judge_rules();
    for (const Step& step : plan_.steps) judge_step(step);
    for (const bwrap::Held& held : plan_.broker) add({held.rule}, held.why);
    for (const bwrap::Held& held : plan_.not_held) add({held.rule}, held.why);
    finish();
    return std::move(result_);
  }

 private:
  void add(const std::vector<RuleId>& rules, const std::string& why) {
    const auto once = [&](std::optional<RuleId> rule) {
      const bool known = std::ranges::any_of(result_.reasons, [&](const Unheld& reason) {
        return reason.rule == rule && (rule || reason.why == why);
      });
      if (!known) result_.reasons.push_back({rule, why});
    };
    if (rules.empty()) once(std::nullopt);
    for (const RuleId rule : rules) once(rule);
  }

  void judge_rules() {
    for (const Rule& rule : policy_.rules) {
      if (!rule.os.linux || rule.effect == Effect::deny) continue;
      if (rule.operation == Operation::connect || rule.operation == Operation::listen) {
        add({rule.id}, "hosts and ports need a network namespace");
      }
      if (rule.operation == Operation::socket) {
        add({rule.id}, "without namespaces no unix sockets can be made");
      }
    }
  }

  void judge_step(const Step& step) {
    switch (step.kind) {
      case StepKind::bind:
        show(step, kReading | kWriting | exec_, "writable");
        return;
      case StepKind::ro_bind:
        show(step, kReading | exec_, "readable");
        return;
      case StepKind::dev_bind:
        show(step, kReading | kWriting | kIoctlDevice | exec_, "writable");
        return;
      case StepKind::mask_file:
        if (granted_.erase(step.target) == 0) hide(step);
        return;
      case StepKind::tmpfs:
        if (is_shared_memory(step)) return;
        hide(step);
        return;
      case StepKind::proc:
        add(step.rules, "`/proc` would show the processes outside");
        return;
      case StepKind::dev:
        for (const std::string_view device : kPlainDevices) {
          granted_[std::string(device)] = {kReadFile | kWriteFile | kTruncate | kIoctlDevice, true};
        }
        lose("listing of `/dev`, and terminals of its own");
        return;
      case StepKind::directory:
        listed_.push_back(step.target);
        return;
      case StepKind::permissions:
        std::erase(listed_, step.target);
        return;
      case StepKind::link:
      case StepKind::read_only:
        return;
    }
  }

  bool is_shared_memory(const Step& step) {
    if (step.target != "/dev/shm") return false;
    add(step.rules, "`/dev/shm` would be that of everybody");
    return true;
  }

  Rights granted_at(const std::string& path) const {
    Rights rights = 0;
    for (std::string up = path;; up = bwrap::parent_of(up)) {
      const auto at = granted_.find(up);
      if (at != granted_.end()) rights |= at->second.rights;
      if (up == "/") return rights;
    }
  }

  void show(const Step& step, Rights rights, const char* how) {
    const Rights above = granted_at(step.target);
    if ((above & ~rights) != 0) {
      add(step.rules,
          fmt::format("`{}` is only {} below what is writable, and Landlock cannot take "
                      "back what is granted above",
                      shown(step.target), how));
    }
    granted_[step.target] = {rights, step.if_exists};
  }

  void hide(const Step& step) {
    if (granted_at(step.target) == 0) return;
    add(step.rules, fmt::format("`{}` is hidden below what is allowed, and Landlock cannot take "
                                "back what is granted above",
                                shown(step.target)));
  }

  void lose(std::string what) { result_.lost.push_back(std::move(what)); }

  void finish() {
    for (const std::string& directory : listed_) {
      lose(fmt::format("listing of `{}`", shown(directory)));
    }
    std::ranges::stable_sort(result_.reasons, {}, [](const Unheld& reason) {
      return reason.rule ? static_cast<int64_t>(*reason.rule) : -1;
    });
    OwnedWall& wall = result_.wall;
    wall.handled = known_rights(abi_);
    for (const auto& [path, place] : granted_) {
      wall.grants.push_back({path, place.rights, place.optional});
    }
    for (const std::string& path : plan_.exec_grants) wall.grants.push_back({path, kExecute, true});
  }

  struct Place {
    Rights rights = 0;
    bool optional = false;
  };

  const BwrapPlan& plan_;
  const Policy& policy_;
  Rights exec_;
  int abi_;
  Alone result_;
  std::map<std::string, Place> granted_;
  std::vector<std::string> listed_;
};

}  // namespace

Alone landlock_alone(const BwrapPlan& plan, const Policy& policy, int abi) {
  return Judge(plan, policy, abi).judge();
}

std::span<const std::string_view> calls_refused_alone() { return kRefusedCalls; }
std::span<const std::string_view> shown_alone() { return kShown; }

}  // namespace sbxc::landlock
