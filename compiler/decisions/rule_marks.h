// What a policy's rules leave on a request of one operation, and what that adds up to. A rule
// without exceptions leaves one of few marks that all rules of its effect share, so that automata
// can forget which of them it was; rules with the same exceptions share a mark too, and a second
// one says that an exception holds.
//
// The two ways to add up: a verdict (the laws 2, 3 and 4, as decide.cc has them), or the set of
// rules that match.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "compiler/automata/determinise.h"
#include "compiler/policy/policy.h"

namespace sbxc {

// Labels of decision automata: `automata::kOutside`, or a verdict.
constexpr automata::Label label_of(Effect effect) {
  return static_cast<automata::Label>(static_cast<uint32_t>(effect) + 1);
}
// What is no canonical request is denied.
constexpr Effect effect_of(automata::Label label) {
  return label == automata::kOutside ? Effect::deny
                                     : static_cast<Effect>(static_cast<uint32_t>(label) - 1);
}

// Patterns of a rule leave `mark` on every request that they hold.
struct MarkedPatterns {
  RuleId rule{};
  std::span<const Pattern> patterns{};
  automata::Mark mark{};
  std::optional<automata::Mark> except{};  // the mark of the exceptions that take from this one
  bool is_except = false;
};

// How to decide some of the rules first and put the parts together: the labels of parts, what two
// of them are together, and what that decides.
struct PartLabels {
  automata::Folding folding;
  std::function<automata::Label(automata::Label, automata::Label)> both;
  std::function<automata::Label(automata::Label)> finish;
};

// `folding` may be used after the policy is gone, `marked` may not.
struct MarkedRules {
  std::vector<MarkedPatterns> marked;
  automata::Folding folding;
  std::optional<PartLabels> parts{};
};

// For verdicts: folds into label_of(Effect).
MarkedRules verdict_marks(const Policy& policy, Os os, Operation operation);

// Sets of rules by label; the one of `kOutside` is empty, as is that of what no rule matches.
class RuleSets {
 public:
  static constexpr size_t kMost = 4096;

  automata::Label label(std::vector<RuleId> sorted);
  const std::vector<RuleId>& rules(automata::Label label) const {
    return sets_[static_cast<size_t>(label)];
  }
  size_t size() const { return sets_.size(); }
  // More sets were asked for than are kept: labels mean nothing then.
  bool overflowed() const { return overflowed_; }

 private:
  std::map<std::vector<RuleId>, automata::Label> known_;
  std::vector<std::vector<RuleId>> sets_{{}};
  bool overflowed_ = false;
};

// For provenance: folds into labels of `sets`, one for each set of rules that match. A rule on
// another operation matches where it takes part in the verdict (law 4).
MarkedRules rule_marks(const Policy& policy, Os os, Operation operation,
                       std::shared_ptr<RuleSets> sets);

}  // namespace sbxc
