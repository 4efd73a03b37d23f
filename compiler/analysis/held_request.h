// A request and the units of a policy that hold it: enough to say what it gets without some of
// them, and nothing has to be decided anew.
#pragma once

#include <set>

#include "compiler/analysis/rule_unit.h"
#include "compiler/decisions/verdict_classes.h"

namespace sbxc {

class HeldRequest {
 public:
  // `policy` outlives this.
  HeldRequest(const Policy& policy, Os os, Request request);

  // Whether the verdict is the same without these units.
  bool is_kept_without(const std::set<RuleUnit>& gone) const;

 private:
  struct Holder {
    uint32_t of_class = 0;
    std::vector<RuleUnit> patterns{};
    std::vector<RuleUnit> except{};
  };
  void find_holders();

  const Policy* policy_;
  Os os_{};
  Request request_;
  Effect verdict_{};
  std::vector<Holder> holders_;
};

}  // namespace sbxc
