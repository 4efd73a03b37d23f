#include "compiler/analysis/assertions.h"

#include "compiler/decisions/request_sets.h"

namespace sbxc {

namespace {

constexpr automata::Label kFine{1};
constexpr automata::Label kBreaks{2};

bool breaks(automata::Label label) { return label == kBreaks; }

}  // namespace

Budgeted<std::optional<Request>> counterexample(Systems& systems, Os os, const Assertion& assertion,
                                                const Pattern& pattern) {
  const Operation operation = assertion.operation;
  const auto& decided = systems.of(os, operation);
  if (!decided) return tl::unexpected(decided.error());
  auto asserted =
      matches_of(systems.policy(), operation, {&pattern, 1}, assertion.except, systems.budget());
  if (!asserted) return tl::unexpected(asserted.error());
  const Effect wanted = assertion.kind == AssertKind::never ? Effect::deny : Effect::allow;
  const auto both = join(
      operation, *decided, *asserted,
      [wanted](automata::Label verdict, automata::Label held) {
        if (held == automata::kOutside) return automata::kOutside;
        const bool is_asserted = effect_of(held) == Effect::allow;
        return is_asserted && effect_of(verdict) != wanted ? kBreaks : kFine;
      },
      systems.budget());
  if (!both) return tl::unexpected(both.error());
  auto witnesses = some_requests(operation, *both, breaks, 1);
  if (witnesses.empty()) return std::optional<Request>();
  return std::optional(std::move(witnesses.front()));
}

Budgeted<std::vector<Beyond>> beyond(Systems& policy, Systems& baseline, Os os) {
  std::vector<Beyond> all;
  for (const OperationFacts& facts : kOperations) {
    const auto& own = policy.of(os, facts.operation);
    if (!own) return tl::unexpected(own.error());
    const auto& bound = baseline.of(os, facts.operation);
    if (!bound) return tl::unexpected(bound.error());
    const auto both = join(
        facts.operation, *own, *bound,
        [](automata::Label mine, automata::Label theirs) {
          if (mine == automata::kOutside && theirs == automata::kOutside) {
            return automata::kOutside;
          }
          return effect_of(mine) != Effect::deny && effect_of(theirs) == Effect::deny ? kBreaks
                                                                                      : kFine;
        },
        policy.budget());
    if (!both) return tl::unexpected(both.error());
    auto witnesses = some_requests(facts.operation, *both, breaks, 1);
    if (witnesses.empty()) continue;
    all.push_back({facts.operation, std::move(witnesses.front()),
                   patterns_of(facts.operation, *both, breaks)});
  }
  return all;
}

}  // namespace sbxc
