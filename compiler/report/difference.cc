// Two systems are two comparisons. They are told as one when a reader would find nothing to tell
// apart in them: the same relation, patterns, requests and rules. `syscall` is compared on Linux
// alone and `mach` on macOS alone (docs/language.md).
#include "compiler/report/difference.h"

#include <algorithm>

#include "compiler/decisions/request_sets.h"
#include "compiler/decisions/same_rules.h"
#include "compiler/decisions/systems.h"
#include "compiler/report/difference_words.h"
#include "compiler/report/setting_changes.h"

namespace sbxc::report {

namespace {

constexpr size_t kWitnesses = 24;  // compared for their rules; few of them are shown

bool exists_on(Operation operation, Os os) {
  if (operation == Operation::syscall) return os == Os::linux;
  return operation != Operation::mach || os == Os::macos;
}

std::optional<double> bits_of(const Decided& decided) {
  return log2_requests(decided, [](automata::Label label) {
    return label != automata::kOutside && effect_of(label) != Effect::deny;
  });
}

bool same(const Change& a, const Change& b) {
  const auto same_witness = [](const Witness& one, const Witness& other) {
    return one.request.text() == other.request.text() && one.before == other.before &&
           one.after == other.after && one.rules_before == other.rules_before &&
           one.rules_after == other.rules_after;
  };
  return a.patterns.globs == b.patterns.globs && a.patterns.except == b.patterns.except &&
         a.patterns.also == b.patterns.also && a.patterns.complete == b.patterns.complete &&
         std::equal(a.witnesses.begin(), a.witnesses.end(), b.witnesses.begin(), b.witnesses.end(),
                    same_witness);
}

bool same(const OperationChange& a, const OperationChange& b) {
  return a.comparison.relation == b.comparison.relation && width(a) == width(b) &&
         same(a.comparison.gained, b.comparison.gained) &&
         same(a.comparison.lost, b.comparison.lost);
}

tl::expected<OperationChange, DifferenceOverBudget> compare_on(Os os, Operation operation,
                                                               Systems& before, Systems& after) {
  const OsSet on{.linux = os == Os::linux, .macos = os == Os::macos};
  if (have_same_rules(before.policy(), after.policy(), operation)) {
    return OperationChange{
        .on = on, .comparison = {.operation = operation, .relation = Relation::equivalent}};
  }
  const Budgeted<Decided>& one = before.of(os, operation);
  if (!one) return tl::unexpected(DifferenceOverBudget{one.error(), Side::before});
  const Budgeted<Decided>& other = after.of(os, operation);
  if (!other) return tl::unexpected(DifferenceOverBudget{other.error(), Side::after});
  auto comparison = compare(operation, *one, *other, {.witnesses = kWitnesses});
  if (!comparison) return tl::unexpected(DifferenceOverBudget{comparison.error(), Side::after});
  attribute(*comparison, before.policy(), os, Side::before);
  attribute(*comparison, after.policy(), os, Side::after);
  OperationChange change{.on = on, .comparison = std::move(*comparison)};
  if (change.comparison.relation != Relation::equivalent) {
    change.bits_before = bits_of(*one);
    change.bits_after = bits_of(*other);
  }
  return change;
}

Relation together(Relation a, Relation b) {
  if (a == Relation::equivalent) return b;
  if (b == Relation::equivalent || a == b) return a;
  return Relation::incomparable;
}

const std::vector<RuleId>& rules_of(const Witness& witness, Side side) {
  return side == Side::before ? witness.rules_before : witness.rules_after;
}

}  // namespace

Relation Difference::relation() const {
  Relation all = Relation::equivalent;
  for (const OperationChange& change : operations) {
    all = together(all, change.comparison.relation);
  }
  for (const SettingChange& change : settings) all = together(all, change.relation);
  return all;
}

tl::expected<Difference, DifferenceOverBudget> difference_of(const Policy& before,
                                                             const Policy& after,
                                                             const automata::Budget& budget) {
  Systems one(before, budget);
  Systems other(after, budget);
  Difference difference;
  for (const OperationFacts& facts : kOperations) {
    const Operation operation = facts.operation;
    std::vector<OperationChange> changes;
    for (const Os os : kEverySystem) {
      if (!exists_on(operation, os)) continue;
      const bool known = !changes.empty() && one.are_alike(operation) && other.are_alike(operation);
      if (known) continue;
      auto change = compare_on(os, operation, one, other);
      if (!change) return tl::unexpected(std::move(change.error()));
      changes.push_back(std::move(*change));
    }
    const bool both = exists_on(operation, Os::linux) && exists_on(operation, Os::macos);
    if (both && (changes.size() == 1 || same(changes[0], changes[1]))) {
      changes.front().on = OsSet{};
      changes.resize(1);
    }
    std::move(changes.begin(), changes.end(), std::back_inserter(difference.operations));
  }
  difference.settings = setting_changes(before, after);
  return difference;
}

std::vector<RuleId> responsible(const Change& change, Side side) {
  std::vector<RuleId> rules;
  for (const Witness& witness : change.witnesses) {
    const auto& own = rules_of(witness, side);
    rules.insert(rules.end(), own.begin(), own.end());
  }
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  return rules;
}

std::vector<const Witness*> telling_witnesses(const Change& change, size_t at_most) {
  std::vector<const Witness*> chosen;
  const auto is_new = [&](const Witness& witness) {
    return std::none_of(chosen.begin(), chosen.end(), [&](const Witness* other) {
      return other->rules_before == witness.rules_before &&
             other->rules_after == witness.rules_after && other->before == witness.before &&
             other->after == witness.after;
    });
  };
  for (const Witness& witness : change.witnesses) {
    if (chosen.size() < at_most && is_new(witness)) chosen.push_back(&witness);
  }
  return chosen;
}

bool fails(Relation relation, FailOn level) {
  const bool wider = relation == Relation::wider || relation == Relation::incomparable;
  const bool narrower = relation == Relation::narrower || relation == Relation::incomparable;
  switch (level) {
    case FailOn::widened:
      return wider;
    case FailOn::narrowed:
      return narrower;
    case FailOn::any:
      return wider || narrower;
    case FailOn::none:
      return false;
  }
  return true;
}

}  // namespace sbxc::report
