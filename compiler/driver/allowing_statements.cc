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

// A rule of another file is given up where that file is used; one of the policy's own gets an
// exception.
std::string giving_up(const Policy& policy, const Sources& sources, RuleId id,
                      const std::string& target) {
  const Rule& rule = policy.rule(id);
  const std::string what = fmt::format("{} {}", name_of(rule.operation), target);
  if (!rule.chain.empty()) {
    return fmt::format("use {} except {}", rule.chain.front().target, what);
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

}  // namespace

std::vector<std::string> allowing_statements(const Policy& policy, const Sources& sources, Os os,
                                             const Request& request, std::string written) {
  std::vector<std::string> statements;
  const std::string target = written.empty() ? spelled(request) : std::move(written);
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
