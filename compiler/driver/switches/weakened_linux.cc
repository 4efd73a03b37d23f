// For tests alone. What bubblewrap, the kernel's filters and Landlock are told is data, so a
// protection is left out of it here, when everything else was decided as always. Groups of system
// calls are let through as a rule that allows them would.
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "backends/seccomp/seccomp.h"
#include "compiler/driver/switches/switches_linux.h"
#include "runtime/landlock/landlock.h"
#include "runtime/protections/protections.h"

namespace sbxc::driver {

namespace {

using protections::is_on;
using protections::Protection;
using Words = std::vector<std::string>;

constexpr const char* kVariable = "SBXC_TEST_WITHOUT";

// Whoever weakens a sandbox is told so, and nothing that is misspelt passes for weakened.
[[maybe_unused]] const bool kTold = [] {
  const char* list = std::getenv(kVariable);
  std::string_view left = list != nullptr ? list : "";
  while (!left.empty()) {
    const size_t length = std::min(left.find(','), left.size());
    const std::string name(left.substr(0, length));
    left.remove_prefix(std::min(length + 1, left.size()));
    if (std::ranges::find(protections::all(), name, &protections::Facts::name) ==
        protections::all().end()) {
      std::fprintf(stderr, "error: no protection is called `%s`\n", name.c_str());
      std::exit(2);
    }
    std::fprintf(stderr,
                 "warning: the protection `%s` is switched off: this program is for tests alone\n",
                 name.c_str());
  }
  return true;
}();

struct Group {
  Protection protection;
  std::vector<std::string_view> names;  // sets and calls
};

const std::vector<Group>& groups() {
  static const std::vector<Group> all = {
      {Protection::filter_ptrace, {"@ptrace"}},
      {Protection::filter_bpf, {"@bpf"}},
      {Protection::filter_perf, {"@perf"}},
      {Protection::filter_keyring, {"@keyring"}},
      {Protection::filter_io_uring, {"@io-uring"}},
      {Protection::filter_userfaultfd, {"userfaultfd"}},
      {Protection::filter_mount, {"@mount"}},
      {Protection::filter_module, {"@module"}},
      {Protection::filter_reboot, {"@reboot"}},
      {Protection::filter_swap, {"@swap"}},
      {Protection::filter_clock, {"@clock"}},
      {Protection::filter_namespaces, {"@namespaces"}},
      {Protection::filter_terminal, {"@terminal"}},
      {Protection::filter_rare_sockets, {"@exotic-sockets"}},
      {Protection::filter_ports, {"@raw-io"}},
      {Protection::filter_old_processors, {"@cpu-emulation"}},
      {Protection::filter_obsolete, {"@obsolete"}},
      {Protection::filter_personality, {"personality:other"}},
      {Protection::filter_accounting, {"acct"}},
      {Protection::filter_kernel_log, {"syslog"}},
      {Protection::filter_host_name, {"sethostname", "setdomainname"}},
      {Protection::filter_watching, {"fanotify_init"}},
      {Protection::filter_administration,
       {"move_pages", "migrate_pages", "quotactl", "quotactl_fd", "lsm_set_self_attr"}},
      {Protection::filter_handles, {"open_by_handle_at"}}};
  return all;
}

SyscallPattern calls(std::string_view name) {
  SyscallPattern pattern{{}, std::string(name), {}};
  if (const SyscallSet* set = syscall_set_named(name)) {
    pattern.calls.assign(set->members.begin(), set->members.end());
  } else if (const auto call = syscall_named(name)) {
    pattern.calls.push_back(*call);
  }
  if (pattern.calls.empty()) std::abort();
  return pattern;
}

void allow(Policy& policy, Operation operation, std::vector<Pattern> patterns) {
  Rule rule;
  rule.id = static_cast<RuleId>(policy.rules.size());
  rule.effect = Effect::allow;
  rule.operation = operation;
  rule.patterns = std::move(patterns);
  policy.rules.push_back(std::move(rule));
}

sock_filter instruction(uint16_t code, uint32_t value, uint8_t yes = 0, uint8_t no = 0) {
  return {code, yes, no, value};
}

// In front of a filter: what comes by the 32-bit entry, or by the numbers of x32, passes.
std::string doors() {
  std::vector<sock_filter> code;
  const auto pass = instruction(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  if (!is_on(Protection::filter_architecture)) {
    code.push_back(instruction(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)));
    code.push_back(instruction(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_I386, 0, 1));
    code.push_back(pass);
  }
  if (!is_on(Protection::filter_x32)) {
    code.push_back(instruction(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
    code.push_back(instruction(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
    code.push_back(pass);
  }
  return {reinterpret_cast<const char*>(code.data()), code.size() * sizeof(sock_filter)};
}

// Replaces each place where `words` stand one after another.
void replace(Words& arguments, const Words& words, const Words& by) {
  for (auto from = arguments.begin();;) {
    from = std::search(from, arguments.end(), words.begin(), words.end());
    if (from == arguments.end()) return;
    from = arguments.erase(from, from + static_cast<std::ptrdiff_t>(words.size()));
    from = arguments.insert(from, by.begin(), by.end()) + static_cast<std::ptrdiff_t>(by.size());
  }
}

// An option with the words that come after it.
void drop(Words& arguments, const std::string& option, size_t values) {
  for (size_t at = 0; at < arguments.size();) {
    const auto begin = arguments.begin() + static_cast<std::ptrdiff_t>(at);
    if (*begin != option) {
      ++at;
    } else {
      arguments.erase(begin, begin + 1 + static_cast<std::ptrdiff_t>(values));
    }
  }
}

void drop_mounts(Words& arguments) {
  for (const char* option : {"--bind", "--ro-bind", "--dev-bind", "--symlink"}) {
    drop(arguments, option, 2);
    drop(arguments, std::string(option) + "-try", 2);
  }
  for (const char* option : {"--tmpfs", "--dir", "--perms", "--remount-ro"}) {
    drop(arguments, option, 1);
  }
  drop(arguments, "--chmod", 2);
  arguments.insert(arguments.begin(), {"--bind", "/", "/"});
}

// What shows this machine's files: where, and whether they may be changed there.
struct Shown {
  std::string target;
  bool writable = false;
};

bool stands_in_writable(const std::vector<Shown>& shown, const std::string& target) {
  const Shown* nearest = nullptr;
  for (const Shown& one : shown) {
    const bool around = target.starts_with(one.target + "/");
    if (around && (nearest == nullptr || one.target.size() > nearest->target.size())) {
      nearest = &one;
    }
  }
  return nearest != nullptr && nearest->writable;
}

// Directories that may be written and stand in such a one (backends/bwrap/mount_steps.cc).
void drop_pins(launch::Launch& order) {
  Words& arguments = order.arguments;
  std::vector<Shown> shown;
  for (size_t at = 0; at + 2 < arguments.size();) {
    const bool writable = arguments[at] == "--bind";
    if (!writable && arguments[at] != "--ro-bind") {
      ++at;
      continue;
    }
    const std::string target = arguments[at + 2];
    if (!writable || !stands_in_writable(shown, target)) {
      shown.push_back({target, writable});
      at += 3;
      continue;
    }
    std::erase_if(order.mounted,
                  [&target](const launch::Mounted& one) { return one.target == target; });
    const auto begin = arguments.begin() + static_cast<std::ptrdiff_t>(at);
    arguments.erase(begin, begin + 3);
  }
}

void weaken_namespaces(launch::Launch& order) {
  Words& arguments = order.arguments;
  if (!is_on(Protection::no_more_user_namespaces) || !is_on(Protection::user_namespace)) {
    drop(arguments, "--disable-userns", 0);
  }
  if (!is_on(Protection::user_namespace)) drop(arguments, "--unshare-user", 0);
  if (!is_on(Protection::ipc_namespace)) drop(arguments, "--unshare-ipc", 0);
  if (!is_on(Protection::process_table)) {
    // Nobody can mount a process table that is not theirs.
    drop(arguments, "--unshare-pid", 0);
    replace(arguments, {"--proc", "/proc"}, {"--bind", "/proc", "/proc"});
  }
  if (!is_on(Protection::own_network)) {
    // What serves the network would change the machine's.
    drop(arguments, "--unshare-net", 0);
    order.network = {};
  }
  if (!is_on(Protection::own_host_name)) {
    drop(arguments, "--unshare-uts", 0);
    drop(arguments, "--hostname", 1);
  }
  if (!is_on(Protection::own_control_groups)) drop(arguments, "--unshare-cgroup-try", 0);
  if (!is_on(Protection::no_capabilities)) {
    replace(arguments, {"--cap-drop", "ALL"}, {"--cap-add", "ALL"});
  }
}

void weaken_mounts(launch::Launch& order) {
  Words& arguments = order.arguments;
  if (!is_on(Protection::covers)) {
    std::vector<std::string> covered;
    for (size_t i = 0; i + 2 < arguments.size(); ++i) {
      if (arguments[i] == "--ro-bind" && arguments[i + 1] == "/dev/null") {
        covered.push_back(arguments[i + 2]);
      }
    }
    for (const std::string& path : covered)
      replace(arguments, {"--ro-bind", "/dev/null", path}, {});
  }
  if (!is_on(Protection::own_proc)) {
    replace(arguments, {"--proc", "/proc"}, {"--bind", "/proc", "/proc"});
  }
  if (!is_on(Protection::own_devices)) {
    replace(arguments, {"--dev", "/dev"}, {"--dev-bind", "/dev", "/dev"});
    const Words own = {"--tmpfs", "/dev/shm"};
    const auto shm = std::search(arguments.begin(), arguments.end(), own.begin(), own.end());
    if (shm != arguments.end()) {
      const auto mode = shm - 2;  // `--perms MODE` before it
      arguments.insert(arguments.erase(mode, shm + 2), {"--dev-bind", "/dev/shm", "/dev/shm"});
    }
    replace(arguments, {"--chmod", "0111", "/dev"}, {});
  }
  if (!is_on(Protection::pins)) drop_pins(order);
  if (!is_on(Protection::read_only_mounts)) {
    replace(arguments, {"--ro-bind"}, {"--bind"});
    drop(arguments, "--remount-ro", 1);
  }
  if (!is_on(Protection::mounts)) {
    drop_mounts(arguments);
    order.mounted.clear();
    order.files.clear();
  }
}

void weaken_walls(launch::Launch& order) {
  if (!is_on(Protection::broker)) {
    order.notify_filter.clear();
    order.broker = nullptr;
  }
  if (!is_on(Protection::system_call_filter)) order.policy_filter.clear();
  const std::string open = doors();
  if (!order.policy_filter.empty()) order.policy_filter.insert(0, open);
  if (!order.notify_filter.empty()) order.notify_filter.insert(0, open);
  if (!is_on(Protection::landlock_execution)) order.landlock_rights &= ~landlock::kExecute;
  if (!is_on(Protection::landlock_files)) order.landlock_rights = 0;
  const bool scoped =
      is_on(Protection::landlock_signals) || is_on(Protection::landlock_abstract_sockets);
  if (order.landlock_rights == 0) {
    order.grants.clear();
    order.landlock = order.landlock && scoped && landlock::abi() >= 6;
  }
}

void weaken_start(launch::Launch& order) {
  Words& arguments = order.arguments;
  if (!is_on(Protection::new_session)) drop(arguments, "--new-session", 0);
  if (!is_on(Protection::dies_with_parent)) drop(arguments, "--die-with-parent", 0);
  // The first process needs to know, too.
  const char* list = std::getenv(kVariable);
  if (!is_on(Protection::environment)) drop(arguments, "--clearenv", 0);
  if (list != nullptr) {
    const auto cleared = std::ranges::find(arguments, "--clearenv");
    arguments.insert(cleared == arguments.end() ? arguments.begin() : cleared + 1,
                     {"--setenv", kVariable, list});
  }
}

}  // namespace

std::string filter_to_load(const Policy& policy, Arch arch) {
  Policy weaker = policy;
  for (const Group& group : groups()) {
    if (is_on(group.protection)) continue;
    std::vector<Pattern> patterns;
    for (const std::string_view name : group.names) patterns.emplace_back(calls(name));
    allow(weaker, Operation::syscall, std::move(patterns));
  }
  if (!is_on(Protection::filter_unix_sockets)) allow(weaker, Operation::socket, {});
  return seccomp_filter(weaker, arch);
}

void before_the_start_of(launch::Launch& order) {
  if (order.alone) return;
  weaken_namespaces(order);
  weaken_mounts(order);
  weaken_start(order);
}

void before_the_walls_of(launch::Launch& order) {
  if (!order.alone) weaken_walls(order);
}

}  // namespace sbxc::driver
