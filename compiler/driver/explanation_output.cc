// The two forms of an explanation. Text is for a person who asks "why": the verdict first, then the
// reason, then what stood close by, then what enforces it.
#include <fmt/format.h>

#include <algorithm>

#include "backends/target/json_writer.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/explanation.h"
#include "compiler/driver/rule_text.h"

namespace sbxc::driver {

namespace {

constexpr size_t kLinesShown = 3;

std::string_view word_of(Effect verdict) {
  switch (verdict) {
    case Effect::allow:
      return "allowed";
    case Effect::ask:
      return "asked about";
    case Effect::deny:
      return "denied";
  }
  return {};
}

std::string answer_text(const Policy& policy, const Sources& sources, const Explanation& all,
                        const SystemAnswer& answer) {
  const std::string where = all.same_everywhere ? "" : fmt::format(" on {}", name_of(answer.os));
  std::string out = fmt::format("{}{}: {} {}\n", word_of(answer.decision.verdict), where,
                                name_of(all.request.operation), printable(all.request.text()));
  if (answer.decision.deciding.empty()) {
    out += "  no rule matches, and what no rule allows is denied\n";
  }
  for (const RuleId rule : answer.decision.deciding) out += rule_lines(policy, sources, rule);
  if (!answer.outvoted.empty()) out += "also matching, but outvoted:\n";
  for (const RuleId rule : answer.outvoted) out += rule_lines(policy, sources, rule);
  if (!answer.near.empty()) out += "close by, but not matching:\n";
  for (const NearMiss& miss : answer.near) {
    out += rule_lines(policy, sources, miss.rule, miss.why);
  }
  return out;
}

std::string emitted_text(const Holding& holding) {
  std::string out;
  const size_t shown = std::min(kLinesShown, holding.emitted.size());
  for (size_t i = 0; i < shown; ++i) {
    const EmittedLine& line = holding.emitted[i];
    out += fmt::format("            {}:{}{}{}\n", line.file, line.where,
                       line.text.empty() ? "" : "  ", printable(line.text));
  }
  if (shown < holding.emitted.size()) {
    out += fmt::format("            and {} more\n", holding.emitted.size() - shown);
  }
  return out;
}

std::string answers_text(const Holding& holding) {
  std::string out;
  for (const Held& held : holding.answers) {
    const std::string where = held.where == 0 ? "" : fmt::format(":{}", held.where);
    const std::string answer = held.answer.empty() ? "" : ": " + printable(held.answer);
    out +=
        fmt::format("            {}{}  {}{}\n", held.file, where, printable(held.emitted), answer);
  }
  return out;
}

std::string verdict_text(const Holding& holding) {
  // The weakest verdict first: that is what a reader has to know.
  const auto weakest = std::max_element(
      holding.verdicts.begin(), holding.verdicts.end(),
      [](const RuleVerdict& a, const RuleVerdict& b) { return a.fidelity < b.fidelity; });
  if (weakest == holding.verdicts.end()) {
    return holding.answers.empty() ? "" : fmt::format("  {}\n", name_of(holding.target));
  }
  if (weakest->fidelity == Fidelity::absent) return {};
  const bool shows = !holding.emitted.empty() || !holding.answers.empty();
  if (weakest->fidelity == Fidelity::elsewhere && !shows) return {};
  std::string out = fmt::format("  {:9} {}", name_of(holding.target), name_of(weakest->fidelity));
  std::string needs;
  for (const Need need : weakest->needs) {
    needs += fmt::format("{}{}", needs.empty() ? " while it runs: " : ", ", name_of(need));
  }
  out += needs;
  if (!weakest->what.empty()) out += fmt::format("\n            {}", printable(weakest->what));
  return out + '\n';
}

std::string holding_text(const Holding& holding) {
  const std::string verdict = verdict_text(holding);
  if (verdict.empty()) return {};
  return verdict + (holding.answers.empty() ? emitted_text(holding) : answers_text(holding));
}

void write_answer(JsonWriter& json, const Policy& policy, const Sources& sources,
                  const SystemAnswer& answer) {
  json.object(JsonLayout::lines);
  json.member("os", name_of(answer.os));
  json.member("verdict", name_of(answer.decision.verdict));
  json.table("deciding");
  for (const RuleId rule : answer.decision.deciding) write_rule(json, policy, sources, rule);
  json.close();
  json.table("outvoted");
  for (const RuleId rule : answer.outvoted) write_rule(json, policy, sources, rule);
  json.close();
  json.table("near");
  for (const NearMiss& miss : answer.near) write_rule(json, policy, sources, miss.rule, miss.why);
  json.close();
  json.close();
}

void write_holding(JsonWriter& json, const Holding& holding) {
  json.object(JsonLayout::lines);
  json.member("target", name_of(holding.target));
  json.table("verdicts");
  for (const RuleVerdict& verdict : holding.verdicts) {
    json.object();
    json.member("rule", static_cast<uint32_t>(verdict.rule));
    json.member("fidelity", name_of(verdict.fidelity));
    if (!verdict.what.empty()) json.member("what", verdict.what);
    json.close();
  }
  json.close();
  json.table("emitted");
  for (const EmittedLine& line : holding.emitted) {
    json.object();
    json.member("file", line.file);
    json.member("where", line.where);
    if (!line.text.empty()) json.member("text", line.text);
    json.close();
  }
  json.close();
  json.table("answers");
  for (const Held& held : holding.answers) {
    json.object();
    json.member("file", held.file);
    json.member("where", held.where);
    json.member("text", held.emitted);
    if (!held.answer.empty()) json.member("answer", held.answer);
    json.close();
  }
  json.close();
  json.close();
}

}  // namespace

std::string explanation_text(const Policy& policy, const Sources& sources,
                             const Explanation& explanation) {
  std::string out;
  for (const SystemAnswer& answer : explanation.systems) {
    if (!out.empty()) out += '\n';
    out += answer_text(policy, sources, explanation, answer);
  }
  std::string held;
  for (const Holding& holding : explanation.holdings) held += holding_text(holding);
  if (!held.empty()) out += "held by:\n" + held;
  return out;
}

std::string explanation_json(const Policy& policy, const Sources& sources,
                             const Explanation& explanation) {
  JsonWriter json;
  json.member("format", "sbxc-explanation");
  json.member("version", uint32_t{1});
  json.member("operation", name_of(explanation.request.operation));
  json.member("target", explanation.request.text());
  json.member("same_everywhere", explanation.same_everywhere);
  json.table("systems");
  for (const SystemAnswer& answer : explanation.systems) {
    write_answer(json, policy, sources, answer);
  }
  json.close();
  json.table("held_by");
  for (const Holding& holding : explanation.holdings) write_holding(json, holding);
  json.close();
  return std::move(json).finish();
}

std::string explain_emitted(const Policy& policy, const Sources& sources, const Lowered& lowered,
                            const std::string& file, uint32_t where) {
  const std::vector<RuleId> rules = rules_of(lowered, file, where);
  if (rules.empty()) {
    return fmt::format(
        "{}:{} comes from no rule: it is there in every policy, or it is a comment\n",
        printable(file), where);
  }
  std::string out = fmt::format("{}:{} comes from:\n", printable(file), where);
  for (const RuleId rule : rules) out += rule_lines(policy, sources, rule);
  return out;
}

}  // namespace sbxc::driver
