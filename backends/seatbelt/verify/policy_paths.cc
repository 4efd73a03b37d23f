#include "backends/seatbelt/verify/policy_paths.h"

#include <algorithm>
#include <set>

namespace sbxc::paths {
namespace {

using automata::Mark;

uint32_t marks_in(const std::vector<MarkedPatterns>& rules) {
  uint32_t count = 0;
  for (const MarkedPatterns& rule : rules) {
    count = std::max(count, static_cast<uint32_t>(rule.mark) + 1);
  }
  return count;
}

}  // namespace

PolicyPaths::PolicyPaths(const Policy& policy, Os os, Operation operation, Languages& languages)
    : rules_(verdict_marks(policy, os, operation)),
      marks_(languages.reserve(marks_in(rules_.marked))) {
  start_ = languages.patterns_start;
  for (const MarkedPatterns& rule : rules_.marked) {
    languages.nfa.set_origin(automata::Origin{static_cast<uint32_t>(rule.rule)});
    const Mark mark = marks_[static_cast<uint32_t>(rule.mark)];
    for (const Pattern& pattern : rule.patterns) {
      if (const auto* path = std::get_if<PathPattern>(&pattern))
        languages.patterns.add(*path, mark);
      if (const auto* socket = std::get_if<SocketPattern>(&pattern))
        languages.patterns.add(*socket, mark);
    }
  }
}

automata::Bounded<PathDfa> PolicyPaths::decide(const PathSpace& space,
                                               const automata::Budget& budget) const {
  std::set<std::pair<Mark, std::optional<Mark>>> groups;
  for (const MarkedPatterns& rule : rules_.marked) {
    if (!rule.is_except) groups.emplace(rule.mark, rule.except);
  }
  const PartLabels& labels = *rules_.parts;
  PathDfa all = PathDfa::constant(space, labels.folding.label({}));
  for (const auto& [mark, except] : groups) {
    const Part part{.starts = {start_},
                    .as = [&, of = mark, but = except](Mark found) -> std::optional<Mark> {
                      if (found == marks_[static_cast<uint32_t>(of)]) return of;
                      if (but && found == marks_[static_cast<uint32_t>(*but)]) return but;
                      return std::nullopt;
                    },
                    .folding = labels.folding};
    const auto decided = decide_paths(space, part, budget);
    if (!decided) return tl::unexpected(decided.error());
    auto joined = product(all, *decided, labels.both, budget);
    if (!joined) return tl::unexpected(joined.error());
    all = std::move(*joined);
  }
  return relabel(all, labels.finish);
}

}  // namespace sbxc::paths
