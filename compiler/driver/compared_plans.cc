// Two bubblewrap plans: what mounts and Landlock's list let through, on the files of this machine.
// The broker's part goes by rules that a plan names and does not repeat, so where one plan has
// another broker's part or other steps for the network, that is named as not compared.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "backends/bwrap/read/plan_decisions.h"
#include "compiler/driver/compared.h"

namespace sbxc::driver {

namespace {

constexpr OsSet kLinux{.linux = true, .macos = false};
constexpr size_t kWitnesses = 24;

// Parts of plan.json that hold what mounts do not.
constexpr const char* kOtherParts[] = {"namespaces", "environment", "network",
                                       "limits",     "broker",      "landlock"};

Result<bool> unreadable(const std::string& file, const std::string& why) {
  return tl::unexpected(Diagnostic{.kind = Kind::cannot_read,
                                   .span = std::nullopt,
                                   .message = fmt::format("`{}` is no plan: {}", file, why)});
}

// Which step shows a path takes the whole list, so that is what is pointed at.
RuleId the_steps(const std::string& file, PointedAt& pointed) {
  report::DecidingRule rule;
  rule.statement = "its steps, one after the other, and Landlock's list";
  rule.at.file = file;
  rule.at.end.column = 2;
  rule.place = file;
  return pointed.add(std::move(rule));
}

void compare_operation(Operation operation, const automata::Dfa& before, const automata::Dfa& after,
                       const ComparedBytes& bytes, Comparing& out) {
  auto comparison = compare(operation, Decided(before), Decided(after), {.witnesses = kWitnesses});
  if (!comparison) {
    out.difference.uncompared.push_back(
        {std::string(name_of(operation)), kLinux,
         fmt::format("it takes more than {} states", comparison.error().states)});
    return;
  }
  for (Change* change : {&comparison->gained, &comparison->lost}) {
    for (Witness& witness : change->witnesses) {
      witness.rules_before = {the_steps(bytes.file_before, out.before)};
      witness.rules_after = {the_steps(bytes.file_after, out.after)};
    }
  }
  report::OperationChange change;
  change.on = kLinux;
  change.comparison = std::move(*comparison);
  change.name = fmt::format("{} (mounts)", name_of(operation));
  out.difference.operations.push_back(std::move(change));
}

void compare_other_parts(const ComparedBytes& bytes, report::Difference& out) {
  const auto before = nlohmann::json::parse(bytes.before, nullptr, /*allow_exceptions=*/false);
  const auto after = nlohmann::json::parse(bytes.after, nullptr, /*allow_exceptions=*/false);
  for (const char* part : kOtherParts) {
    const auto of = [part](const nlohmann::json& plan) {
      return plan.is_object() && plan.contains(part) ? plan[part] : nlohmann::json();
    };
    if (of(before) == of(after)) continue;
    out.uncompared.push_back(
        {fmt::format("the plan's part `{}`", part), kLinux, "the two are written differently"});
  }
}

}  // namespace

Result<bool> compare_plans(const ComparedBytes& bytes, Comparing& out) {
  const auto before = plan_decisions(bytes.before);
  if (!before) return unreadable(bytes.file_before, before.error());
  const auto after = plan_decisions(bytes.after);
  if (!after) return unreadable(bytes.file_after, after.error());
  compare_operation(Operation::read, before->read, after->read, bytes, out);
  compare_operation(Operation::write, before->write, after->write, bytes, out);
  compare_operation(Operation::exec, before->exec, after->exec, bytes, out);
  compare_other_parts(bytes, out.difference);
  return true;
}

}  // namespace sbxc::driver
