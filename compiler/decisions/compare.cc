// The product of the two has one of three labels for each request: the same, gained, lost. Whatever
// is said of a change is read off that product.
#include "compiler/decisions/compare.h"

#include "compiler/decisions/request_sets.h"

namespace sbxc {

namespace {

constexpr automata::Label kSame{1};
constexpr automata::Label kGained{2};
constexpr automata::Label kLost{3};

static_assert(Effect::allow < Effect::ask && Effect::ask < Effect::deny);

automata::Label join_labels(automata::Label before, automata::Label after) {
  if (before == automata::kOutside && after == automata::kOutside) return automata::kOutside;
  const Effect one = effect_of(before);
  const Effect other = effect_of(after);
  if (one == other) return kSame;
  return other < one ? kGained : kLost;
}

class Compare {
 public:
  Compare(Operation operation, const Decided& before, const Decided& after,
          const CompareOptions& options)
      : before_(before), after_(after), options_(options) {
    out_.operation = operation;
  }

  Budgeted<Comparison> run() && {
    const auto* before = std::get_if<automata::Dfa>(&before_);
    if (before != nullptr && *before == std::get<automata::Dfa>(after_)) return std::move(out_);
    const auto both = join(out_.operation, before_, after_, join_labels, options_.budget);
    if (!both) return tl::unexpected(both.error());
    describe(*both, kGained, out_.gained);
    describe(*both, kLost, out_.lost);
    if (!out_.gained.empty() && !out_.lost.empty()) {
      out_.relation = Relation::incomparable;
    } else if (!out_.gained.empty()) {
      out_.relation = Relation::wider;
    } else {
      out_.relation = out_.lost.empty() ? Relation::equivalent : Relation::narrower;
    }
    return std::move(out_);
  }

 private:
  void describe(const Decided& both, automata::Label label, Change& change) {
    const auto wanted = [label](automata::Label one) { return one == label; };
    const Operation operation = out_.operation;
    for (Request& request : some_requests(operation, both, wanted, options_.witnesses)) {
      const Effect was = effect_of(label_of(before_, request));
      const Effect is = effect_of(label_of(after_, request));
      change.witnesses.push_back({std::move(request), was, is});
    }
    if (change.empty() || !options_.describe) return;
    change.patterns = patterns_of(operation, both, wanted);
    change.log2_requests = log2_requests(both, wanted);
  }

  const Decided& before_;
  const Decided& after_;
  const CompareOptions& options_;
  Comparison out_;
};

}  // namespace

std::string_view name_of(Relation relation) {
  switch (relation) {
    case Relation::equivalent:
      return "equivalent";
    case Relation::narrower:
      return "narrower";
    case Relation::wider:
      return "wider";
    case Relation::incomparable:
      return "incomparable";
  }
  return {};
}

Budgeted<Comparison> compare(Operation operation, const Decided& before, const Decided& after,
                             const CompareOptions& options) {
  return Compare(operation, before, after, options).run();
}

void attribute(Comparison& comparison, const Policy& policy, Os os, Side side) {
  for (Change* change : {&comparison.gained, &comparison.lost}) {
    for (Witness& witness : change->witnesses) {
      auto rules = decide(policy, os, witness.request).deciding;
      (side == Side::before ? witness.rules_before : witness.rules_after) = std::move(rules);
    }
  }
}

Budgeted<std::vector<Comparison>> compare(const Decisions& before, const Decisions& after,
                                          const CompareOptions& options) {
  std::vector<Comparison> all;
  for (const OperationFacts& facts : kOperations) {
    auto one =
        compare(facts.operation, before.of(facts.operation), after.of(facts.operation), options);
    if (!one) return tl::unexpected(one.error());
    if (before.policy != nullptr) attribute(*one, *before.policy, before.os, Side::before);
    if (after.policy != nullptr) attribute(*one, *after.policy, after.os, Side::after);
    all.push_back(std::move(*one));
  }
  return all;
}

}  // namespace sbxc
