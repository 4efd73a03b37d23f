// What all rules but one say of words, for each rule without deciding the others anew: a tree of
// automata with the rules at its leaves and in each node what the two below it say together. The
// other rules of a leaf are the nodes beside its way to the root.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "compiler/decisions/decisions.h"

namespace sbxc {

class OtherRules {
 public:
  struct Part {
    automata::Dfa heard;     // labels of class_labels.h
    std::vector<bool> open;  // by state: whether any word from here is not denied by this part
  };

  // About an operation on words. Nothing when one of the automata goes over the budget.
  static std::optional<OtherRules> of(const Policy& policy, Os os, Operation operation,
                                      const automata::Budget& budget);

  // Together they are every rule that is heard but this one.
  std::vector<const Part*> beside(RuleId rule) const;

 private:
  OtherRules() = default;
  bool grow(const automata::Budget& budget);

  std::map<RuleId, size_t> leaf_of_;
  std::vector<std::vector<Part>> levels_;  // leaves first
};

}  // namespace sbxc
