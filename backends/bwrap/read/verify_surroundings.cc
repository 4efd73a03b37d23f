// What no path, variable or host speaks of: namespaces, capabilities, the session, limits, the
// directories that are made before the start and removed in the end.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "backends/bwrap/read/canonical.h"
#include "backends/bwrap/read/mount_table.h"
#include "backends/bwrap/read/verify_parts.h"
#include "compiler/diag/printable.h"
#include "compiler/policy/decide.h"

namespace sbxc::bwrap_read {
namespace {

constexpr const char* kJson = "plan.json";
constexpr const char* kArguments = "plan.args";

bool may(const Policy& policy, const Request& request) {
  return decide(policy, Os::linux, request).verdict == Effect::allow;
}

void verify_flags(const Verifying& on, Findings& findings) {
  struct Flag {
    std::string_view name;
    const char* without;
  };
  constexpr auto kNeeded = std::to_array<Flag>({
      {"--unshare-user", "it may run without a user namespace of its own"},
      {"--unshare-ipc", "it shares System V and POSIX message queues with this machine"},
      {"--unshare-pid", "it sees the processes of this machine"},
      {"--unshare-uts", "it shares the host name with this machine"},
      {"--unshare-cgroup-try", "it sees the control groups of this machine"},
      {"--die-with-parent", "it goes on when the launcher dies"},
      {"--cap-drop ALL", "it keeps capabilities"},
  });
  const auto& flags = on.arguments.flags;
  const auto has = [&](std::string_view flag) {
    return std::ranges::find(flags, flag) != flags.end();
  };
  for (const Flag& flag : kNeeded) {
    if (has(flag.name)) continue;
    findings.misfit(fmt::format("{}: there is no `{}`", flag.without, flag.name),
                    {kArguments, 0, {}});
  }
  for (const std::string_view odd : {"--unshare-user-try", "--unshare-all", "--unshare-cgroup"}) {
    if (!has(odd)) continue;
    findings.misfit(fmt::format("`{}` is not what plan.json says", odd),
                    {kArguments, 0, std::string(odd)});
  }
  if (has("--new-session") != on.plan.new_session) {
    findings.misfit("plan.json and plan.args disagree about a session of its own",
                    {kArguments, 0, "--new-session"});
  }
  if (has("--disable-userns") == on.plan.user_namespaces_inside) {
    findings.misfit("plan.json and plan.args disagree about user namespaces inside",
                    {kArguments, 0, "--disable-userns"});
  }
}

// Two things that system calls could undo, whatever the filter says.
void verify_calls(const Verifying& on, Findings& findings) {
  const auto& flags = on.arguments.flags;
  const bool closed = std::ranges::find(flags, "--disable-userns") != flags.end() &&
                      !on.plan.user_namespaces_inside;
  const auto unshare = syscall_named("unshare:newuser");
  const auto clone = syscall_named("clone:newuser");
  if (!closed && unshare && clone && !may(on.policy, {Operation::syscall, *unshare}) &&
      !may(on.policy, {Operation::syscall, *clone})) {
    findings.disagree({Operation::syscall, *unshare}, true,
                      "user namespaces can be made inside, as far as the plan is concerned",
                      {kArguments, 0, "--disable-userns"});
  }
  const auto inject = syscall_named("ioctl:TIOCSTI");
  if (!on.plan.new_session && inject && may(on.policy, {Operation::syscall, *inject})) {
    findings.misfit("the terminal is kept, and the policy lets text be put into it (TIOCSTI)",
                    {kJson, 0, "new_session"});
  }
  findings.conclude(Operation::syscall, Proof::not_spoken, "the seccomp filter holds it", {});
  findings.conclude(Operation::mach, Proof::not_spoken, "Linux has no Mach services", {});
}

void verify_limits(const Verifying& on, Findings& findings) {
  std::vector<std::pair<std::string, uint64_t>> wanted;
  for (const Limit& limit : on.policy.limits) {
    if (limit.os.linux) wanted.emplace_back(name_of(limit.kind), limit.value);
  }
  auto planned = on.plan.limits;
  std::ranges::sort(wanted);
  std::ranges::sort(planned);
  for (const auto& [name, value] : wanted) {
    if (std::ranges::binary_search(planned, std::pair(name, value))) continue;
    findings.misfit(fmt::format("the limit `{}` of {} is not in the plan", name, value),
                    {kJson, 0, "limits"});
  }
  for (const auto& [name, value] : planned) {
    if (std::ranges::binary_search(wanted, std::pair(name, value))) continue;
    findings.misfit(fmt::format("the policy has no limit `{}` of {}", printable(name), value),
                    {kJson, 0, "limits"});
  }
}

// Only what the policy lets be written is made, and what is on the way to it; stand-ins are empty
// and go again.
void verify_made(const Verifying& on, const Policy& policy, Findings& findings) {
  const auto writable = [&](const std::string& path) {
    return may(policy, {Operation::write, path});
  };
  for (const Made& made : on.plan.before) {
    const bool leads = std::ranges::any_of(on.plan.before, [&](const Made& other) {
      return is_within(other.path, made.path) && (other.stand_in || writable(other.path));
    });
    if (made.stand_in || leads) continue;
    findings.disagree({Operation::write, made.path}, true, "made before the start",
                      {kJson, 0, "make " + made.path});
  }
  std::vector<std::string> made;
  for (auto one = on.plan.before.rbegin(); one != on.plan.before.rend(); ++one) {
    made.push_back(one->path);
  }
  if (made != on.plan.after) {
    findings.misfit("what is made before the start is not what is removed in the end",
                    {kJson, 0, "after"});
  }
}

}  // namespace

void verify_surroundings(const Verifying& on, const Policy& policy, Findings& findings) {
  verify_flags(on, findings);
  verify_calls(on, findings);
  verify_limits(on, findings);
  verify_made(on, policy, findings);
  if (on.plan.hostname != on.arguments.hostname || on.plan.directory != on.arguments.directory) {
    findings.misfit("plan.json and plan.args disagree about the host name or where to start",
                    {kArguments, 0, {}});
  }
  if (on.plan.mounts_alone && (!on.plan.broker.empty() || !on.plan.landlock.empty())) {
    findings.misfit("mounts alone are said to hold the plan, and others are given parts of it",
                    {kJson, 0, "held_by"});
  }
}

}  // namespace sbxc::bwrap_read
