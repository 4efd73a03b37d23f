#include "compiler/analysis/equivalence.h"

#include <iterator>

#include "compiler/decisions/compare.h"
#include "compiler/decisions/same_rules.h"

namespace sbxc {

namespace {

Budgeted<std::vector<Difference>> differences(Operation operation, Os os, const Decided& before,
                                              const Decided& after, size_t most) {
  auto result = compare(operation, before, after, {.witnesses = most, .describe = false});
  if (!result) return tl::unexpected(result.error());
  std::vector<Difference> all;
  for (Change* change : {&result->gained, &result->lost}) {
    for (Witness& witness : change->witnesses) {
      all.push_back({std::move(witness.request), os, witness.before, witness.after});
    }
  }
  return all;
}

// Of each operation at most so many; of all, or of the first that differs.
enum class Search : bool { first, all };
Budgeted<std::vector<Difference>> differences(Systems& before, Systems& after, Search search,
                                              size_t most) {
  std::vector<Difference> found;
  for (const OperationFacts& facts : kOperations) {
    if (have_same_rules(before.policy(), after.policy(), facts.operation)) continue;
    const bool alike = before.are_alike(facts.operation) && after.are_alike(facts.operation);
    for (const Os os : kEverySystem) {
      if (alike && os == Os::macos) continue;
      const auto& one = before.of(os, facts.operation);
      if (!one) return tl::unexpected(one.error());
      const auto& other = after.of(os, facts.operation);
      if (!other) return tl::unexpected(other.error());
      auto some = differences(facts.operation, os, *one, *other, most);
      if (!some) return some;
      std::move(some->begin(), some->end(), std::back_inserter(found));
      if (search == Search::first && !found.empty()) return found;
    }
  }
  return found;
}

Budgeted<std::optional<Difference>> first_of(Budgeted<std::vector<Difference>> found) {
  if (!found) return tl::unexpected(found.error());
  if (found->empty()) return std::optional<Difference>();
  return std::optional(std::move(found->front()));
}

}  // namespace

Budgeted<std::optional<Difference>> first_difference(Operation operation, Os os,
                                                     const Decided& before, const Decided& after) {
  return first_of(differences(operation, os, before, after, 1));
}

Budgeted<std::optional<Difference>> first_difference(Systems& before, Systems& after) {
  return first_of(differences(before, after, Search::first, 1));
}

Budgeted<std::vector<Difference>> some_differences(Systems& before, Systems& after) {
  constexpr size_t kOfEach = 4;
  return differences(before, after, Search::all, kOfEach);
}

}  // namespace sbxc
