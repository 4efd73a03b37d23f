#include "compiler/decisions/decide_marked.h"

#include "compiler/automata/minimise.h"
#include "compiler/decisions/host_rules.h"
#include "compiler/decisions/path_language.h"

namespace sbxc {

namespace {

using automata::Nfa;
using automata::Origin;

Nfa nfa_of(const std::vector<MarkedPatterns>& rules) {
  Nfa nfa;
  GlobLanguage language(nfa);
  for (const MarkedPatterns& marked : rules) {
    nfa.set_origin(Origin{static_cast<uint32_t>(marked.rule)});
    for (const Pattern& pattern : marked.patterns) {
      if (const auto* path = std::get_if<PathPattern>(&pattern)) language.add(*path, marked.mark);
      if (const auto* socket = std::get_if<SocketPattern>(&pattern)) {
        language.add(*socket, marked.mark);
      }
      if (const auto* name = std::get_if<NamePattern>(&pattern)) language.add(*name, marked.mark);
    }
  }
  return nfa;
}

std::vector<RuleId> to_blame(RuleId first, RuleId second) {
  if (first == second) return {first};
  return {std::min(first, second), std::max(first, second)};
}

}  // namespace

Budgeted<Decided> decide_marked(const Policy& policy, Operation operation, const MarkedRules& rules,
                                const automata::Budget& budget) {
  const PatternKind kind = facts_of(operation).kind;
  if (kind == PatternKind::host || kind == PatternKind::address) {
    auto space = host_space_of(policy, operation, rules);
    if (space) return Decided(std::move(*space));
    return tl::unexpected(
        OverBudget{operation, kMaxPortPieces, to_blame(space.error().first, space.error().second)});
  }
  auto dfa =
      automata::determinise(nfa_of(rules.marked), rules.folding, domain_of(operation), budget);
  if (dfa) return Decided(automata::minimise(*dfa));
  const auto rule = [](Origin origin) { return RuleId{static_cast<uint32_t>(origin)}; };
  return tl::unexpected(OverBudget{operation, dfa.error().states,
                                   to_blame(rule(dfa.error().first), rule(dfa.error().second))});
}

}  // namespace sbxc
