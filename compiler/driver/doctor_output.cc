#include "compiler/driver/doctor_output.h"

#include <fmt/format.h>

#include <algorithm>

#include "backends/target/json_writer.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/rule_text.h"

namespace sbxc::driver {
namespace {

using doctor::Mechanism;
using doctor::State;

constexpr size_t kRulesShown = 4;

std::string mechanism_text(const Mechanism& mechanism) {
  std::string out = fmt::format("{:18} {:9} {}\n", mechanism.id, name_of(mechanism.state),
                                printable(mechanism.seen));
  if (mechanism.state == State::ok) return out;
  out += fmt::format("{:28} for:  {}\n", "", mechanism.purpose);
  for (size_t i = 0; i < mechanism.help.size(); ++i) {
    out += fmt::format("{:28} {}{}\n", "", i == 0 ? "help: " : "      ", mechanism.help[i]);
  }
  return out;
}

std::string machine_verdict(const doctor::Examination& machine) {
  std::string missing;
  for (const Mechanism& mechanism : machine.mechanisms) {
    if (!mechanism.ordinary || mechanism.state != State::missing) continue;
    missing += (missing.empty() ? "" : ", ") + mechanism.id;
  }
  if (missing.empty()) return "this machine can enforce what ordinary policies ask for\n";
  return fmt::format("this machine cannot enforce ordinary policies: {}\n", missing);
}

std::string places(const DoctorAnswer& answer, const std::vector<RuleId>& rules) {
  std::string out;
  for (size_t i = 0; i < std::min(kRulesShown, rules.size()); ++i) {
    const Rule& rule = answer.loaded->policy->rule(rules[i]);
    out += (i == 0 ? ": " : ", ") + printable(answer.loaded->sources.describe(rule.span));
  }
  if (rules.size() > kRulesShown) out += fmt::format(" and {} more", rules.size() - kRulesShown);
  return out;
}

std::string limit_text(const limits::Holding& holding) {
  const bool held = holding.by != limits::Mechanism::nobody;
  std::string out = fmt::format("  {:18} {:9} limit {} {}: {}\n", "limits", held ? "ok" : "missing",
                                name_of(holding.kind), holding.value, holding.how);
  if (!held) out += fmt::format("{:30} help: {}\n", "", holding.help);
  return out;
}

std::string alone_text(const DoctorAnswer& answer) {
  const landlock::Alone& alone = answer.prognosis.alone;
  if (alone.holds()) {
    return "without namespaces Landlock and a filter hold it, and `sbxc run` uses them\n";
  }
  std::string out = "without namespaces it cannot be held either:\n";
  for (const landlock::Unheld& reason : alone.reasons) {
    out += reason.rule ? rule_lines(*answer.loaded->policy, answer.loaded->sources, *reason.rule,
                                    reason.why)
                       : fmt::format("  {}\n", reason.why);
  }
  return out;
}

std::string policy_text(const DoctorAnswer& answer) {
  std::string out = fmt::format("\n{} {} be enforced here:\n", printable(answer.policy_path),
                                answer.prognosis.enforced ? "can" : "cannot");
  for (const Reliance& one : answer.prognosis.reliances) {
    out += fmt::format("  {:18} {:9} {}{}\n", one.mechanism, name_of(one.state), one.holds,
                       places(answer, one.rules));
  }
  for (const limits::Holding& holding : answer.prognosis.limits) out += limit_text(holding);
  if (answer.prognosis.without_namespaces) out += alone_text(answer);
  return out;
}

void write_mechanism(JsonWriter& json, const Mechanism& mechanism) {
  json.object();
  json.member("id", mechanism.id);
  json.member("state", name_of(mechanism.state));
  json.member("ordinary", mechanism.ordinary);
  json.member("seen", mechanism.seen);
  json.member("for", mechanism.purpose);
  json.key("help").list();
  for (const std::string& line : mechanism.help) json.text(line);
  json.close();
  json.close();
}

std::string_view name_of(limits::Mechanism mechanism) {
  switch (mechanism) {
    case limits::Mechanism::group:
      return "control-group";
    case limits::Mechanism::process:
      return "resource-limit";
    case limits::Mechanism::supervisor:
      return "supervisor";
    case limits::Mechanism::nobody:
      return "nobody";
  }
  return {};
}

void write_limits(JsonWriter& json, const std::vector<limits::Holding>& limits) {
  json.table("limits");
  for (const limits::Holding& holding : limits) {
    json.object();
    json.member("limit", sbxc::name_of(holding.kind));
    json.member("value", holding.value);
    json.member("by", name_of(holding.by));
    json.member("how", holding.how);
    json.close();
  }
  json.close();
}

void write_alone(JsonWriter& json, const DoctorAnswer& answer) {
  json.key("without_namespaces").object(JsonLayout::lines);
  json.member("holds", answer.prognosis.alone.holds());
  json.table("reasons");
  for (const landlock::Unheld& reason : answer.prognosis.alone.reasons) {
    if (reason.rule) {
      write_rule(json, *answer.loaded->policy, answer.loaded->sources, *reason.rule, reason.why);
      continue;
    }
    json.object();
    json.member("why", reason.why);
    json.close();
  }
  json.close();
  json.close();
}

void write_policy(JsonWriter& json, const DoctorAnswer& answer) {
  json.key("policy").object(JsonLayout::lines);
  json.member("path", answer.policy_path);
  json.member("enforced", answer.prognosis.enforced);
  json.table("needs");
  for (const Reliance& one : answer.prognosis.reliances) {
    json.object();
    json.member("mechanism", one.mechanism);
    json.member("state", name_of(one.state));
    json.member("holds", one.holds);
    json.key("rules").list();
    for (const RuleId rule : one.rules) json.number(static_cast<uint32_t>(rule));
    json.close();
    json.close();
  }
  json.close();
  write_limits(json, answer.prognosis.limits);
  if (answer.prognosis.without_namespaces) write_alone(json, answer);
  json.close();
}

}  // namespace

bool DoctorAnswer::enforced() const {
  if (loaded != nullptr) return prognosis.enforced;
  return std::ranges::none_of(machine.mechanisms, [](const Mechanism& mechanism) {
    return mechanism.ordinary && mechanism.state == State::missing;
  });
}

std::string doctor_text(const DoctorAnswer& answer) {
  std::string out;
  for (const Mechanism& mechanism : answer.machine.mechanisms) out += mechanism_text(mechanism);
  return out +
         (answer.loaded == nullptr ? "\n" + machine_verdict(answer.machine) : policy_text(answer));
}

std::string doctor_json(const DoctorAnswer& answer) {
  JsonWriter json;
  json.member("format", "sbxc-doctor");
  json.member("version", uint32_t{1});
  json.member("system", answer.machine.system);
  json.member("kernel", answer.machine.kernel);
  json.member("root", answer.machine.root);
  json.member("enforced", answer.enforced());
  json.table("mechanisms");
  for (const Mechanism& mechanism : answer.machine.mechanisms) write_mechanism(json, mechanism);
  json.close();
  if (answer.loaded != nullptr) write_policy(json, answer);
  return std::move(json).finish();
}

}  // namespace sbxc::driver
