#include "compiler/decisions/decide_marked.h"

#include <algorithm>

#include "compiler/automata/minimise.h"
#include "compiler/automata/product.h"
#include "compiler/decisions/host_rules.h"
#include "compiler/decisions/path_language.h"

namespace sbxc {

namespace {

using automata::Nfa;
using automata::Origin;

// Patterns that keep out of each other's way take a state or so for each of their bytes. Where all
// together take many more than that, it is worth trying in parts.
size_t states_at_once(const Nfa& nfa) {
  constexpr size_t kLeast = 8'000;
  return std::max(kLeast, 4 * nfa.states().size());
}

std::vector<RuleId> to_blame(RuleId first, RuleId second) {
  if (first == second) return {first};
  return {std::min(first, second), std::max(first, second)};
}

// Rules decided in halves: each part is made minimal before it meets the others, so that what the
// parts could not tell apart in the end does not multiply on the way.
class InParts {
 public:
  InParts(Operation operation, const MarkedRules& rules, const automata::Budget& budget)
      : domain_(domain_of(operation)), parts_(*rules.parts), budget_(budget) {
    for (const MarkedPatterns& marked : rules.marked) {
      if (marked.is_except) except_.push_back(marked);
      for (size_t i = 0; !marked.is_except && i < marked.patterns.size(); ++i) {
        marked_.push_back(marked);
        marked_.back().patterns = marked.patterns.subspan(i, 1);
      }
    }
  }

  std::optional<automata::Dfa> run() {
    const auto dfa = decide(marked_);
    if (!dfa) return std::nullopt;
    return automata::minimise(automata::relabel(*dfa, parts_.finish));
  }

 private:
  std::optional<automata::Dfa> decide(std::span<const MarkedPatterns> some) {
    std::vector<MarkedPatterns> all(some.begin(), some.end());
    for (const MarkedPatterns& except : except_) {
      const bool used = std::any_of(some.begin(), some.end(), [&](const MarkedPatterns& one) {
        return one.except == except.mark;
      });
      if (used) all.push_back(except);
    }
    automata::Budget budget = budget_;
    const Nfa nfa = nfa_of(all);
    if (some.size() > 1) budget.states = std::min(budget.states, states_at_once(nfa));
    const auto whole = automata::determinise(nfa, parts_.folding, domain_, budget);
    if (whole) return automata::minimise(*whole);
    if (some.size() <= 1) return std::nullopt;
    const auto one = decide(some.subspan(0, some.size() / 2));
    if (!one) return std::nullopt;
    const auto other = decide(some.subspan(some.size() / 2));
    if (!other) return std::nullopt;
    const auto both = automata::product(*one, *other, parts_.both, budget_);
    if (!both) return std::nullopt;
    return automata::minimise(*both);
  }

  const automata::Dfa& domain_;
  const PartLabels& parts_;
  automata::Budget budget_;
  std::vector<MarkedPatterns> marked_;
  std::vector<MarkedPatterns> except_;
};

}  // namespace

Nfa nfa_of(std::span<const MarkedPatterns> rules) {
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

Budgeted<Decided> decide_marked(const Policy& policy, Operation operation, const MarkedRules& rules,
                                const automata::Budget& budget) {
  const PatternKind kind = facts_of(operation).kind;
  if (kind == PatternKind::host || kind == PatternKind::address) {
    auto space = host_space_of(policy, operation, rules);
    if (space) return Decided(std::move(*space));
    return tl::unexpected(
        OverBudget{operation, kMaxPortPieces, to_blame(space.error().first, space.error().second)});
  }
  const Nfa nfa = nfa_of(rules.marked);
  automata::Budget at_once = budget;
  if (rules.parts) at_once.states = std::min(budget.states, states_at_once(nfa));
  auto dfa = automata::determinise(nfa, rules.folding, domain_of(operation), at_once);
  if (!dfa && rules.parts && at_once.states < budget.states) {
    if (auto in_parts = InParts(operation, rules, budget).run()) {
      return Decided(std::move(*in_parts));
    }
  }
  if (dfa) return Decided(automata::minimise(*dfa));
  const auto rule = [](Origin origin) { return RuleId{static_cast<uint32_t>(origin)}; };
  return tl::unexpected(OverBudget{operation, budget.states,
                                   to_blame(rule(dfa.error().first), rule(dfa.error().second))});
}

}  // namespace sbxc
