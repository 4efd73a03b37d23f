#include "backends/bwrap/read/verify.h"

#include <fmt/core.h>

#include "backends/bwrap/read/followed_links.h"
#include "backends/bwrap/read/verify_parts.h"

namespace sbxc {
namespace {

using namespace bwrap_read;

Verification unreadable(const char* file, const std::string& what) {
  Verification verification{.target = TargetName::bwrap, .operations = {}};
  Diagnostic diagnostic{Kind::cannot_read, {}, {}};
  diagnostic.message = fmt::format("{} cannot be read back: {}", file, what);
  diagnostic.help = "compile the policy again";
  verification.unreadable = std::move(diagnostic);
  return verification;
}

}  // namespace

Verification verify_bwrap(const Policy& policy, const BwrapArtifacts& artifacts,
                          const std::vector<RuleVerdict>& verdicts,
                          const BwrapVerifyOptions& options) {
  static const ThisMachine this_machine;
  const Reading<PlanFile> plan = read_plan_json(artifacts.plan_json, policy.rules.size());
  if (!plan) return unreadable("plan.json", plan.error());
  const Reading<ArgumentsFile> arguments = read_plan_args(artifacts.plan_args);
  if (!arguments) return unreadable("plan.args", arguments.error());

  WithMade facts(options.facts != nullptr ? *options.facts : this_machine);
  for (const Made& made : plan->before) {
    facts.make(made.path, made.directory ? There::directory : There::file);
  }
  const MountTable table(arguments->steps, facts);
  const FollowedPolicy followed = follow_links(policy, plan->links, facts, table);
  Findings findings(followed.policy);
  for (const std::string& trouble : followed.troubles) {
    findings.misfit(trouble, {"plan.json", 0, "links"});
  }
  const Verifying on{policy, *plan, *arguments, verdicts, facts, options.budget};
  const bool same = verify_same_steps(on, findings);
  if (!same) verify_paths(on, followed.policy, {"plan.args", arguments->steps}, findings);
  verify_paths(on, followed.policy, {"plan.json", plan->steps}, findings);
  verify_links(on, followed.policy, findings);
  verify_environment(on, findings);
  verify_network(on, findings);
  verify_surroundings(on, followed.policy, findings);
  return findings.done(TargetName::bwrap);
}

}  // namespace sbxc
