#include <fmt/core.h>

#include <algorithm>

#include "backends/bwrap/read/canonical.h"
#include "backends/bwrap/read/roles.h"
#include "backends/bwrap/read/verify_parts.h"
#include "compiler/diag/printable.h"

namespace sbxc::bwrap_read {
namespace {

Emitted step_text(const StepsOf& steps, size_t step) {
  if (step == kNoStep) return {std::string(steps.name), 0, "the empty root"};
  return {std::string(steps.name), static_cast<uint32_t>(step), steps.steps[step].text};
}

std::string words(const PathFinding& finding) {
  if (finding.finding == Finding::movable) {
    return fmt::format("`{}` can be moved away, and another made in its place",
                       printable(finding.directory));
  }
  if (finding.operation == Operation::exec) {
    return finding.finding == Finding::more ? "executable" : "not executable";
  }
  if (finding.operation == Operation::socket) {
    return finding.finding == Finding::more ? "can be connected to" : "cannot be connected to";
  }
  return std::string(words_for(finding.shown)) +
         (finding.exists ? "" : " as soon as something bears the name");
}

// Steps that may be left out although nothing is made for them before the start.
std::vector<Step> without_optional(const std::vector<Step>& steps, const PlanFile& plan) {
  std::vector<Step> rest;
  for (const Step& step : steps) {
    const bool made = std::ranges::any_of(
        plan.before, [&](const Made& one) { return is_within(step.source, one.path); });
    if (!step.may_be_left || made) rest.push_back(step);
  }
  return rest;
}

// Landlock knows what was there at the start: a file's grant goes with the file.
std::vector<Patterns::Granted> granted_by(const Verifying& on) {
  std::vector<Patterns::Granted> granted;
  for (const std::string& path : on.plan.execute) {
    granted.push_back({path, on.facts.what(path) == There::directory});
  }
  return granted;
}

void report(const PathComparison& comparison, const MountTable& table, const StepsOf& steps,
            Findings& findings) {
  for (const PathFinding& finding : comparison.findings) {
    const std::string& blamed =
        finding.finding == Finding::movable ? finding.directory : finding.path;
    findings.disagree({finding.operation, finding.path}, finding.finding != Finding::less,
                      words(finding), step_text(steps, table.step_at(blamed)));
  }
  if (comparison.given_up.empty()) return;
  for (const Operation operation : kPathOperations) {
    findings.undecided(operation, comparison.given_up);
  }
}

constexpr const char* kMethod =
    "rules and mounts walked together for every canonical path, and the files that exist now";

void conclude(const PathComparison& comparison, Findings& findings) {
  for (size_t i = 0; i < std::size(kPathOperations); ++i) {
    const Proof proof = comparison.more_declared[i]   ? Proof::widened
                        : comparison.less_declared[i] ? Proof::narrowed
                                                      : Proof::proved;
    findings.conclude(kPathOperations[i], proof, {}, kMethod);
  }
}

}  // namespace

void verify_paths(const Verifying& on, const Policy& policy, const StepsOf& steps,
                  Findings& findings) {
  const MountTable table(steps.steps, on.facts);
  for (const Trouble& trouble : table.troubles()) {
    findings.misfit(trouble.what, step_text(steps, trouble.step));
  }
  const Roles roles = roles_of(policy, on.plan, on.verdicts);
  Patterns patterns(policy, roles.by_rule, granted_by(on));
  AskedSpace asked(patterns, {.states = on.budget.states});
  const PathComparison comparison = compare_paths({asked, table, on.facts, roles.whole, on.budget});
  report(comparison, table, steps, findings);
  conclude(comparison, findings);

  const std::vector<Step> rest = without_optional(steps.steps, on.plan);
  if (rest.size() == steps.steps.size()) return;
  const MountTable smaller(rest, on.facts);
  PathComparison left = compare_paths({asked, smaller, on.facts, roles.whole, on.budget});
  std::erase_if(left.findings,
                [](const PathFinding& finding) { return finding.finding == Finding::less; });
  report(left, smaller, {steps.name, rest}, findings);
}

bool verify_same_steps(const Verifying& on, Findings& findings) {
  const auto& json = on.plan.steps;
  const auto& args = on.arguments.steps;
  const auto [left, right] = std::ranges::mismatch(
      json, args, [](const Step& a, const Step& b) { return a.does_the_same(b); });
  if (left == json.end() && right == args.end()) return true;
  const auto index = static_cast<uint32_t>(left - json.begin());
  const auto text = [](const auto& at, const auto& steps) {
    return at == steps.end() ? std::string("nothing") : "`" + printable(at->text) + "`";
  };
  findings.misfit(fmt::format("plan.json has {} at step {}, and plan.args {}", text(left, json),
                              index, text(right, args)),
                  {"plan.args", index, right == args.end() ? "" : right->text});
  return false;
}

}  // namespace sbxc::bwrap_read
