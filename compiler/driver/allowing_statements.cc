#include "compiler/driver/allowing_statements.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/diag/printable.h"

namespace sbxc::driver {
namespace {

std::string spelled(const Request& request) {
  const auto* text = std::get_if<std::string>(&request.target);
  if (text == nullptr || !is_canonical_path(*text)) return printable(request.text());
  return printable(literal_path_glob(*text).text());
}

// A denial of another file is given up where that file is used. A rule of the policy's own gets an
// exception, and so does a rule that asks: `use … except` is about denials alone.
std::string giving_up(const Policy& policy, const Sources& sources, RuleId id,
                      const std::string& target) {
  const Rule& rule = policy.rule(id);
  const std::string what = fmt::format("{} {}", name_of(rule.operation), target);
  if (!rule.chain.empty() && rule.effect == Effect::deny) {
    const std::string used = printable(rule.chain.front().target);
    const bool built_in = used.starts_with("std/");
    return fmt::format("use {} except {}", built_in ? used : "\"" + used + "\"", what);
  }
  return fmt::format("except {}   # at the end of {}", target,
                     printable(sources.describe(rule.span)));
}

Policy without(const Policy& policy, const std::vector<RuleId>& rules) {
  Policy less = policy;
  for (const RuleId id : rules) {
    less.rules[static_cast<size_t>(id)].os = {.linux = false, .macos = false};
  }
  return less;
}

// Hosts have no ladder, so each rule stands for itself: the policy, which may hold lists of a
// million names, is not copied for every connection.
std::vector<std::string> connect_statements(const Policy& policy, const Sources& sources, Os os,
                                            const Request& request, const std::string& target) {
  std::vector<std::string> statements;
  bool is_allowed = false;
  for (const Rule& rule : policy.rules) {
    if (rule.operation != Operation::connect || !rule.os.has(os)) continue;
    if (!applies(policy, rule, request)) continue;
    if (rule.effect == Effect::allow) {
      is_allowed = true;
    } else {
      statements.push_back(giving_up(policy, sources, rule.id, target));
    }
  }
  if (!is_allowed) statements.push_back(fmt::format("allow connect {}", target));
  return statements;
}

}  // namespace

std::vector<std::string> allowing_statements(const Policy& policy, const Sources& sources, Os os,
                                             const Request& request, std::string written) {
  std::vector<std::string> statements;
  const std::string target = written.empty() ? spelled(request) : std::move(written);
  if (request.operation == Operation::connect) {
    return connect_statements(policy, sources, os, request, target);
  }
  Policy rest = policy;
  // A denial may hide another: of reading, where writing was asked for.
  for (int round = 0; round < 4; ++round) {
    const Decision decision = decide(rest, os, request);
    if (decision.verdict == Effect::allow) return statements;
    if (decision.deciding.empty()) break;
    for (const RuleId id : decision.deciding) {
      std::string statement = giving_up(policy, sources, id, target);
      if (std::ranges::find(statements, statement) == statements.end()) {
        statements.push_back(std::move(statement));
      }
    }
    rest = without(rest, decision.deciding);
  }
  statements.push_back(fmt::format("allow {} {}", name_of(request.operation), target));
  return statements;
}

}  // namespace sbxc::driver
