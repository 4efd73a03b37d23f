// "Who can write what": the whole set of requests of one operation that a policy allows or asks
// about, inside a pattern, in words and globs; and the rules that make it so.
#pragma once

#include <vector>

#include "compiler/decisions/compare.h"

namespace sbxc {

struct QuerySet {
  Effect verdict{};  // allow, or ask
  Change requests;   // empty when there is none
};

struct QueryAnswer {
  Os os{};
  std::vector<QuerySet> sets;         // allow first; ask where there are such requests
  std::vector<RuleId> granting{};     // allow and ask rules that meet the question
  std::vector<RuleId> taking_away{};  // deny rules that meet one of those inside the question
};

// `within` are patterns of the operation; empty asks about every request.
Budgeted<QueryAnswer> query(const Policy& policy, Os os, Operation operation,
                            const std::vector<Pattern>& within, const CompareOptions& options = {});

}  // namespace sbxc
