// plan.json, as documented in docs/formats.md. Text that is not UTF-8 (a path may be any bytes) is
// an object with its bytes in hex; everything else is plain.
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "backends/bwrap/plan.h"
#include "backends/target/json_layout.h"
#include "compiler/diag/printable.h"

namespace sbxc::bwrap {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kPlanVersion = 1;

Json text(std::string_view bytes) {
  if (find_invalid_utf8(bytes) == std::string_view::npos) return Json(std::string(bytes));
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 15U];
  }
  return Json{{"hex", hex}};
}

uint32_t number(RuleId id) { return static_cast<uint32_t>(id); }

Json numbers(const std::vector<RuleId>& rules) {
  Json array = Json::array();
  for (const RuleId rule : rules) array.push_back(number(rule));
  return array;
}

Json step_json(const Step& step) {
  Json json;
  json["do"] = std::string(name_of(step.kind));
  if (!step.source.empty()) json["source"] = text(step.source);
  json["target"] = text(step.target);
  if (step.mode != 0) json["mode"] = fmt::format("{:04o}", step.mode);
  if (step.if_exists) json["if_exists"] = true;
  json["why"] = step.why;
  if (!step.rules.empty()) json["rules"] = numbers(step.rules);
  if (step.relies_on) json["relies_on"] = std::string(name_of(*step.relies_on));
  return json;
}

Json environment_json(const EnvironmentPart& environment) {
  Json json;
  json["cleared"] = true;
  json["resolved"] = environment.resolved;
  json["set"] = Json::array();
  for (const auto& [name, value] : environment.set) {
    json["set"].push_back({{"name", text(name)}, {"value", text(value)}});
  }
  json["rules"] = Json::array();
  for (const EnvironmentRule& rule : environment.rules) {
    Json one;
    one["rule"] = number(rule.rule);
    one["effect"] = std::string(name_of(rule.effect));
    one["names"] = Json::array();
    for (const NameGlob& glob : rule.names) one["names"].push_back(glob.text());
    one["except"] = Json::array();
    for (const NameGlob& glob : rule.except) one["except"].push_back(glob.text());
    json["rules"].push_back(std::move(one));
  }
  return json;
}

Json held_json(const std::vector<Held>& parts, const Policy& policy, const Sources& sources) {
  Json array = Json::array();
  for (const Held& held : parts) {
    const Rule& rule = policy.rule(held.rule);
    Json one;
    one["rule"] = number(held.rule);
    if (sources.size() > static_cast<size_t>(rule.span.file)) {
      one["at"] = text(sources.describe(rule.span));
    }
    one["operation"] = std::string(name_of(held.operation));
    one["why"] = held.why;
    if (!held.example.empty()) one["example"] = text(held.example);
    array.push_back(std::move(one));
  }
  return array;
}

Json links_json(const std::vector<LinkFollowed>& links) {
  Json array = Json::array();
  for (const LinkFollowed& link : links) {
    array.push_back(
        {{"path", text(link.path)}, {"target", text(link.target)}, {"rule", number(link.rule)}});
  }
  return array;
}

Json before_json(const std::vector<Preparation>& before) {
  Json array = Json::array();
  for (const Preparation& made : before) {
    Json one;
    one["make"] = made.directory ? "directory" : "file";
    one["path"] = text(made.path);
    one["stand_in"] = made.stand_in;
    one["rules"] = numbers(made.rules);
    array.push_back(std::move(one));
  }
  return array;
}

Json after_json(const std::vector<Preparation>& before) {
  Json array = Json::array();
  for (auto made = before.rbegin(); made != before.rend(); ++made) {
    array.push_back({{"remove_if_made_and_empty", text(made->path)}});
  }
  return array;
}

}  // namespace

std::string plan_json(const BwrapPlan& plan, const Policy& policy, const Sources& sources) {
  Json json;
  json["sbxc_plan"] = kPlanVersion;
  json["policy"] = text(plan.policy);
  json["held_by"] = plan.static_only ? "mounts alone" : "mounts and the runtime";
  Json& spaces = json["namespaces"];
  spaces["new"] = {"user", "mount", "pid", "ipc", "uts", "net", "cgroup if possible"};
  spaces["more_user_namespaces"] = !plan.disable_user_namespaces;
  spaces["hostname"] = text(plan.hostname);
  spaces["user"] = "the same ids, no capability";
  spaces["new_session"] = !plan.keep_terminal;
  spaces["dies_with_parent"] = true;
  json["directory"] = text(plan.directory);
  if (!plan.command.empty()) {
    for (const std::string& word : plan.command) json["command"].push_back(text(word));
  }
  json["before"] = before_json(plan.before);
  json["steps"] = Json::array();
  for (const Step& step : plan.steps) json["steps"].push_back(step_json(step));
  json["environment"] = environment_json(plan.environment);
  json["network"]["allowed"] = plan.network;
  json["network"]["forwards"] = Json::array();
  for (const Forward& forward : plan.forwards) {
    json["network"]["forwards"].push_back(
        {{"listen", forward.listen}, {"rule", number(forward.rule)}});
  }
  json["seccomp"] = {{"required", true}, {"unix_sockets", plan.unix_sockets}};
  json["limits"] = Json::array();
  for (const LimitStep& limit : plan.limits) {
    json["limits"].push_back({{"limit", std::string(name_of(limit.kind))}, {"value", limit.value}});
  }
  json["broker"] = held_json(plan.broker, policy, sources);
  json["landlock"]["rules"] = held_json(plan.landlock, policy, sources);
  json["landlock"]["execute"] = Json::array();
  for (const std::string& path : plan.exec_grants)
    json["landlock"]["execute"].push_back(text(path));
  json["not_held"] = held_json(plan.not_held, policy, sources);
  json["links"] = links_json(plan.links);
  json["links_not_followed"] = links_json(plan.links_refused);
  json["after"] = after_json(plan.before);
  return layout_json(json);
}

}  // namespace sbxc::bwrap
