#include "runtime/seatbelt_plan/plan_text.h"

#include "backends/target/json_writer.h"
#include "compiler/diag/printable.h"

namespace sbxc::seatbelt {
namespace {

constexpr size_t kNameWidth = 12;

std::string row(std::string_view name, std::string_view text) {
  std::string out(name);
  out.resize(std::max(kNameWidth, out.size()), ' ');
  return out.append(text) + "\n";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + printable(word);
  return out;
}

}  // namespace

std::string plan_text(const RunPlan& plan) {
  std::string out = row("policy", printable(plan.policy));
  if (!plan.command.empty()) out += row("command", joined(plan.command));
  out += row("starts in", printable(plan.directory));
  out += row("terminal", "one of its own, if standard input, output or error is one");
  out += row("sandbox", "Seatbelt: a profile of " + std::to_string(plan.profile.size()) +
                            " bytes, printed below");
  out += row("network", plan.network ? "a proxy on a port of 127.0.0.1, which is all that can be "
                                       "reached"
                                     : "none");
  for (const HeldLimit& limit : plan.limits) {
    out += row(
        &limit == &plan.limits.front() ? "limits" : "",
        std::string(name_of(limit.kind)) + " " + std::to_string(limit.value) + ": " + limit.how);
  }
  std::string names;
  for (const auto& [name, value] : plan.environment) {
    names += (names.empty() ? "" : " ") + printable(name);
  }
  out += row("environment", names.empty() ? "empty" : names);
  if (!plan.withheld.empty()) out += row("withheld", joined(plan.withheld));
  return out + "\n" + plan.profile;
}

std::string plan_json(const RunPlan& plan) {
  JsonWriter json;
  json.member("format", "sbxc-seatbelt-plan");
  json.member("version", uint32_t{1});
  json.member("policy", plan.policy);
  json.key("command").list();
  for (const std::string& word : plan.command) json.text(word);
  json.close();
  json.member("directory", plan.directory);
  json.member("network", plan.network);
  json.key("environment").object(JsonLayout::lines);
  for (const auto& [name, value] : plan.environment) json.member(name, value);
  json.close();
  json.table("limits");
  for (const HeldLimit& limit : plan.limits) {
    json.object();
    json.member("limit", name_of(limit.kind));
    json.member("value", limit.value);
    json.member("how", limit.how);
    json.close();
  }
  json.close();
  json.member("profile", plan.profile);
  return std::move(json).finish();
}

}  // namespace sbxc::seatbelt
