// Two systems are two comparisons. They are told as one when a reader would find nothing to tell
// apart in them: the same relation, patterns, requests and rules. `syscall` is compared on Linux
// alone and `mach` on macOS alone (docs/language.md).
#include "compiler/report/difference.h"

#include <algorithm>

#include "compiler/decisions/request_sets.h"
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

using Compared = tl::expected<std::vector<OperationChange>, DifferenceOverBudget>;

Compared compare_on(Os os, const Policy& before, const Policy& after,
                    const automata::Budget& budget) {
  const auto one = decisions_of(before, os, budget);
  if (!one) return tl::unexpected(DifferenceOverBudget{one.error(), Side::before});
  const auto other = decisions_of(after, os, budget);
  if (!other) return tl::unexpected(DifferenceOverBudget{other.error(), Side::after});
  auto comparisons = compare(*one, *other, {.witnesses = kWitnesses});
  if (!comparisons) return tl::unexpected(DifferenceOverBudget{comparisons.error(), Side::after});
  std::vector<OperationChange> changes;
  for (Comparison& comparison : *comparisons) {
    const Operation operation = comparison.operation;
    OperationChange change{.on = {.linux = os == Os::linux, .macos = os == Os::macos},
                           .comparison = std::move(comparison)};
    if (change.comparison.relation != Relation::equivalent) {
      change.bits_before = bits_of(one->of(operation));
      change.bits_after = bits_of(other->of(operation));
    }
    changes.push_back(std::move(change));
  }
  return changes;
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
  Compared on_linux = compare_on(Os::linux, before, after, budget);
  if (!on_linux) return tl::unexpected(on_linux.error());
  Compared on_macos = compare_on(Os::macos, before, after, budget);
  if (!on_macos) return tl::unexpected(on_macos.error());
  Difference difference;
  for (const OperationFacts& facts : kOperations) {
    const auto index = static_cast<size_t>(facts.operation);
    OperationChange& linux_change = (*on_linux)[index];
    OperationChange& macos_change = (*on_macos)[index];
    const bool both =
        exists_on(facts.operation, Os::linux) && exists_on(facts.operation, Os::macos);
    if (both && same(linux_change, macos_change)) {
      linux_change.on = OsSet{};
      difference.operations.push_back(std::move(linux_change));
      continue;
    }
    if (exists_on(facts.operation, Os::linux)) {
      difference.operations.push_back(std::move(linux_change));
    }
    if (exists_on(facts.operation, Os::macos)) {
      difference.operations.push_back(std::move(macos_change));
    }
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
