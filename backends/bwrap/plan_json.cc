// plan.json, as documented in docs/formats.md. Text that is not UTF-8 (a path may be any bytes) is
// an object with its bytes in hex; everything else is plain.
#include <fmt/core.h>

#include "backends/bwrap/plan.h"
#include "backends/target/json_writer.h"
#include "compiler/diag/printable.h"

namespace sbxc::bwrap {
namespace {

constexpr uint32_t kPlanVersion = 1;

void write_text(JsonWriter& json, std::string_view bytes) {
  if (find_invalid_utf8(bytes) == std::string_view::npos) return json.text(bytes);
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 15U];
  }
  json.object();
  json.member("hex", hex);
  json.close();
}

uint32_t number(RuleId id) { return static_cast<uint32_t>(id); }

void write_rules(JsonWriter& json, const std::vector<RuleId>& rules) {
  json.key("rules").list();
  for (const RuleId rule : rules) json.number(number(rule));
  json.close();
}

void write_step(JsonWriter& json, const Step& step) {
  json.object();
  json.member("do", name_of(step.kind));
  if (!step.source.empty()) write_text(json.key("source"), step.source);
  write_text(json.key("target"), step.target);
  if (step.mode != 0) json.member("mode", fmt::format("{:04o}", step.mode));
  if (step.if_exists) json.member("if_exists", true);
  json.member("why", step.why);
  if (!step.rules.empty()) write_rules(json, step.rules);
  if (step.relies_on) json.member("relies_on", name_of(*step.relies_on));
  json.close();
}

void write_globs(JsonWriter& json, std::string_view name, const std::vector<NameGlob>& globs) {
  json.key(name).list();
  for (const NameGlob& glob : globs) json.text(glob.text());
  json.close();
}

void write_environment(JsonWriter& json, const EnvironmentPart& environment) {
  json.key("environment").object(JsonLayout::lines);
  json.member("cleared", true);
  json.member("resolved", environment.resolved);
  json.table("set");
  for (const auto& [name, value] : environment.set) {
    json.object();
    write_text(json.key("name"), name);
    write_text(json.key("value"), value);
    json.close();
  }
  json.close();
  json.table("rules");
  for (const EnvironmentRule& rule : environment.rules) {
    json.object();
    json.member("rule", number(rule.rule));
    json.member("effect", name_of(rule.effect));
    write_globs(json, "names", rule.names);
    write_globs(json, "except", rule.except);
    json.close();
  }
  json.close();
  json.close();
}

void write_held(JsonWriter& json, std::string_view name, const std::vector<Held>& parts,
                const Policy& policy, const Sources& sources) {
  json.table(name);
  for (const Held& held : parts) {
    const Rule& rule = policy.rule(held.rule);
    json.object();
    json.member("rule", number(held.rule));
    if (sources.size() > static_cast<size_t>(rule.span.file)) {
      write_text(json.key("at"), sources.describe(rule.span));
    }
    json.member("operation", name_of(held.operation));
    json.member("why", held.why);
    if (!held.example.empty()) write_text(json.key("example"), held.example);
    json.close();
  }
  json.close();
}

void write_links(JsonWriter& json, std::string_view name, const std::vector<LinkFollowed>& links) {
  json.table(name);
  for (const LinkFollowed& link : links) {
    json.object();
    write_text(json.key("path"), link.path);
    write_text(json.key("target"), link.target);
    json.member("rule", number(link.rule));
    json.close();
  }
  json.close();
}

void write_before(JsonWriter& json, const std::vector<Preparation>& before) {
  json.table("before");
  for (const Preparation& made : before) {
    json.object();
    json.member("make", made.directory ? "directory" : "file");
    write_text(json.key("path"), made.path);
    json.member("stand_in", made.stand_in);
    write_rules(json, made.rules);
    json.close();
  }
  json.close();
}

void write_after(JsonWriter& json, const std::vector<Preparation>& before) {
  json.table("after");
  for (auto made = before.rbegin(); made != before.rend(); ++made) {
    json.object();
    write_text(json.key("remove_if_made_and_empty"), made->path);
    json.close();
  }
  json.close();
}

void write_namespaces(JsonWriter& json, const BwrapPlan& plan) {
  json.key("namespaces").object();
  json.key("new").list();
  for (const char* space : {"user", "mount", "pid", "ipc", "uts", "net", "cgroup if possible"}) {
    json.text(space);
  }
  json.close();
  json.member("more_user_namespaces", !plan.disable_user_namespaces);
  write_text(json.key("hostname"), plan.hostname);
  json.member("user", "the same ids, no capability");
  json.member("new_session", !plan.keep_terminal);
  json.member("dies_with_parent", true);
  json.close();
}

void write_start(JsonWriter& json, const BwrapPlan& plan) {
  write_text(json.key("directory"), plan.directory);
  if (plan.command.empty()) return;
  json.key("command").list();
  for (const std::string& word : plan.command) write_text(json, word);
  json.close();
}

void write_network(JsonWriter& json, const BwrapPlan& plan) {
  json.key("network").object(JsonLayout::lines);
  json.member("allowed", plan.network);
  json.table("forwards");
  for (const Forward& forward : plan.forwards) {
    json.object();
    json.member("listen", forward.listen);
    json.member("rule", number(forward.rule));
    json.close();
  }
  json.close();
  json.close();
}

void write_limits(JsonWriter& json, const std::vector<LimitStep>& limits) {
  json.table("limits");
  for (const LimitStep& limit : limits) {
    json.object();
    json.member("limit", name_of(limit.kind));
    json.member("value", limit.value);
    json.close();
  }
  json.close();
}

void write_landlock(JsonWriter& json, const BwrapPlan& plan, const Policy& policy,
                    const Sources& sources) {
  json.key("landlock").object(JsonLayout::lines);
  json.member("limits_execution", plan.limits_execution);
  write_held(json, "rules", plan.landlock, policy, sources);
  json.key("execute").list();
  for (const std::string& path : plan.exec_grants) write_text(json, path);
  json.close();
  json.close();
}

}  // namespace

std::string plan_json(const BwrapPlan& plan, const Policy& policy, const Sources& sources) {
  JsonWriter json;
  json.member("sbxc_plan", kPlanVersion);
  write_text(json.key("policy"), plan.policy);
  json.member("held_by", plan.static_only ? "mounts alone" : "mounts and the runtime");
  write_namespaces(json, plan);
  write_start(json, plan);
  write_before(json, plan.before);
  json.table("steps");
  for (const Step& step : plan.steps) write_step(json, step);
  json.close();
  write_environment(json, plan.environment);
  write_network(json, plan);
  json.key("seccomp").object();
  json.member("required", true);
  json.member("unix_sockets", plan.unix_sockets);
  json.close();
  write_limits(json, plan.limits);
  write_held(json, "broker", plan.broker, policy, sources);
  write_landlock(json, plan, policy, sources);
  write_held(json, "not_held", plan.not_held, policy, sources);
  write_links(json, "links", plan.links);
  write_links(json, "links_not_followed", plan.links_refused);
  write_after(json, plan.before);
  return std::move(json).finish();
}

}  // namespace sbxc::bwrap
