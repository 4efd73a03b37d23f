
#include <algorithm>

#include "backends/bwrap/bwrap.h"
#include "backends/bwrap/environment_part.h"
#include "backends/bwrap/exec_part.h"
#include "backends/bwrap/forwards_part.h"
#include "backends/bwrap/plan_findings.h"
#include "backends/bwrap/verdicts.h"
#include "compiler/policy/decide.h"

namespace sbxc {
namespace {

using namespace bwrap;

bool may_call(const Policy& policy, std::string_view name) {
  const auto call = syscall_named(name);
  return call && decide(policy, Os::linux, {Operation::syscall, *call}).verdict == Effect::allow;
}

bool allows(const Policy& policy, Operation operation) {
  return std::ranges::any_of(policy.rules, [&](const Rule& rule) {
    return rule.os.linux && rule.operation == operation && rule.effect != Effect::deny;
  });
}

bool speaks_of(const Policy& policy, Operation operation) {
  return std::ranges::any_of(
      policy.rules, [&](const Rule& rule) { return rule.os.linux && rule.operation == operation; });
}

// Sockets that exist now, by the paths that rules speak of.
std::vector<std::string> known_sockets(const FileSystemView& files) {
  std::vector<std::string> paths;
  for (const std::string& path : files.bound_sockets()) {
    std::string canonical = resolve_links(files, path).path;
    if (files.kind(canonical) == FileKind::socket) paths.push_back(std::move(canonical));
  }
  std::ranges::sort(paths);
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

}  // namespace

Planned plan_bwrap(const Policy& policy, const Sources& sources, const BwrapOptions& options) {
  (void)sources;
  static const RealFileSystem this_machine;
  const FileSystemView& files = options.files != nullptr ? *options.files : this_machine;
  Planned planned;
  BwrapPlan& plan = planned.plan;
  plan.policy = policy.name;
  plan.static_only = options.static_only;
  plan.keep_terminal = options.keep_terminal;
  plan.disable_user_namespaces =
      !may_call(policy, "unshare:newuser") && !may_call(policy, "clone:newuser");
  plan.hostname = options.hostname;
  plan.command = options.command;
  plan.unix_sockets = allows(policy, Operation::socket);
  plan.environment = environment_part(policy, options.environment);
  plan.network = allows(policy, Operation::connect) || allows(policy, Operation::listen);
  plan.forwards = forwards_part(policy);
  for (const Limit& limit : policy.limits) {
    if (limit.os.linux) plan.limits.push_back({limit.kind, limit.value});
  }

  TreeOptions walk{.entry_limit = options.walk_limit,
                   .stand_ins = options.static_only,
                   .brokered = options.brokered && !options.static_only,
                   .start_directory = options.directory,
                   .interests = {}};
  if (plan.unix_sockets) walk.interests = known_sockets(files);
  const AccessTree tree = build_access_tree(policy, files, walk);
  MountSteps mounts = mount_steps(tree, files, plan.unix_sockets);
  plan.before = std::move(mounts.before);
  plan.steps = std::move(mounts.steps);
  for (const Track& track : tree.tracks) {
    if (track.through_link) planned.through_links.push_back(track);
  }
  plan.links = tree.links;
  plan.links_refused = tree.links_refused;
  const ExecPart exec = exec_part(tree, files);
  plan.limits_execution = exec.needed && !options.static_only;
  if (!options.static_only) plan.exec_grants = exec.grants;
  const std::string start = options.directory.empty() ? "/" : options.directory;
  const bool hidden = rights_at(tree.root, start).access == Access::none;
  const bool denied = decide(policy, Os::linux, {Operation::read, start}).verdict != Effect::allow;
  plan.directory = hidden ? "/" : start;

  planned.verdicts =
      judge_rules(policy,
                  {.tree = tree,
                   .exec = exec,
                   .fixed_files = mounts.fixed_files,
                   .settings = mounts.settings,
                   .static_only = options.static_only,
                   .unix_sockets = plan.unix_sockets,
                   .environment_known = options.environment.has_value() || options.static_only,
                   .programs_spoken_of = speaks_of(policy, Operation::exec)},
                  plan);
  planned.diagnostics = plan_findings({policy, files, tree}, plan, denied && start != "/");
  return planned;
}

Lowered lower_bwrap(const Policy& policy, const Sources& sources, const BwrapOptions& options) {
  Planned planned = plan_bwrap(policy, sources, options);
  Lowered lowered;
  lowered.target = TargetName::bwrap;
  lowered.artifacts = {{"plan.json", plan_json(planned.plan, policy, sources)},
                       {"plan.args", args_bytes(planned.plan)}};
  for (size_t i = 0; i < planned.plan.steps.size(); ++i) {
    const Step& step = planned.plan.steps[i];
    if (!step.rules.empty()) {
      lowered.map.push_back({"plan.json", static_cast<uint32_t>(i), step.rules});
    }
  }
  lowered.verdicts = std::move(planned.verdicts);
  lowered.diagnostics = std::move(planned.diagnostics);
  return lowered;
}

}  // namespace sbxc
