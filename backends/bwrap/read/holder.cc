#include "backends/bwrap/read/holder.h"

#include <fmt/core.h>

#include <algorithm>

#include "backends/bwrap/read/canonical.h"
#include "backends/bwrap/read/plan.h"
#include "compiler/diag/printable.h"
#include "compiler/policy/decide.h"

namespace sbxc {
namespace {

using namespace bwrap_read;

// The part that was given a rule which decides the request.
const HeldPart* held_by(const std::vector<HeldPart>& parts, const Decision& decision,
                        Operation operation) {
  const auto found = std::ranges::find_if(parts, [&](const HeldPart& part) {
    const bool about = part.operation == operation || part.operation == Operation::read;
    return about && std::ranges::find(decision.deciding, part.rule) != decision.deciding.end();
  });
  return found == parts.end() ? nullptr : &*found;
}

std::string by_landlock(const PlanFile& plan, const std::string& path) {
  for (const std::string& granted : plan.execute) {
    if (is_within(path, granted)) {
      return fmt::format("Landlock lets `{}` be executed", printable(granted));
    }
  }
  return "Landlock lets it not be executed";
}

}  // namespace

tl::expected<PlanHolder, std::string> bwrap_holder(const Policy& policy,
                                                   const BwrapArtifacts& artifacts,
                                                   const Request& request,
                                                   const BwrapVerifyOptions& options) {
  static const ThisMachine this_machine;
  const auto* path = std::get_if<std::string>(&request.target);
  if (path == nullptr || !is_canonical(*path)) {
    return tl::unexpected(std::string("a plan's steps speak of canonical paths"));
  }
  const Reading<PlanFile> plan = read_plan_json(artifacts.plan_json, policy.rules.size());
  if (!plan) return tl::unexpected("plan.json cannot be read back: " + plan.error());
  WithMade facts(options.facts != nullptr ? *options.facts : this_machine);
  for (const Made& made : plan->before) {
    facts.make(made.path, made.directory ? There::directory : There::file);
  }
  const MountTable table(plan->steps, facts);
  const Shown shown = table.shown(*path);
  const size_t step = table.step_at(*path);
  PlanHolder holder{.clause = {}, .file = "plan.json", .step = 0};
  if (step == kNoStep) {
    holder.clause = "nothing is mounted there";
  } else {
    holder.step = static_cast<uint32_t>(step);
    holder.clause = fmt::format("{} by step {}, `{}`", words_for(shown), step,
                                printable(plan->steps[step].text));
  }
  const Decision decision = decide(policy, Os::linux, request);
  const HeldPart* held = held_by(plan->broker, decision, request.operation);
  const bool there = facts.what(table.host_path(*path).value_or(*path)) != There::nothing;
  if (decision.verdict != Effect::allow && held != nullptr && !there) {
    holder.clause += "; the broker refuses it: " + held->why;
  }
  const bool visible =
      shown == Shown::read_only || shown == Shown::writable || shown == Shown::file_in_place;
  if (request.operation == Operation::exec && plan->execution_limited && visible) {
    holder.clause += "; " + by_landlock(*plan, *path);
  }
  return holder;
}

}  // namespace sbxc
