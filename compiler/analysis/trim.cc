// What can go is found in three steps. Units that no verdict depends on are candidates, put
// together where one text makes several of them. Then as many as possible are taken out at once:
// all of them, else each half for itself, down to single ones. Whether they can go is asked of
// requests that are known to depend on some of them; in the end it is proved, and what the proof
// fails on is known the next time. After some such guesses each step is proved. What is gone is cut
// out of the text; what the text does not let go (a pattern of a set) is put back.
#include "compiler/analysis/trim.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "compiler/analysis/critical_units.h"
#include "compiler/analysis/equivalence.h"
#include "compiler/analysis/held_request.h"
#include "compiler/analysis/text_cuts.h"

namespace sbxc {

namespace {

using Place = std::pair<uint32_t, uint32_t>;  // begin and end in the file

Place place_of(Span span) { return {span.begin, span.end}; }

bool encloses(Span outer, Span inner) {
  return outer.file == inner.file && outer.begin <= inner.begin && inner.end <= outer.end;
}

// Units that stand and fall together.
struct Group {
  Cut cut;
  std::vector<RuleUnit> units;
};

class Trim {
 public:
  Trim(Systems& systems, const Sources& sources, FileId file)
      : systems_(systems), policy_(systems.policy()), sources_(sources), file_(file) {}

  Budgeted<Trimmed> run() {
    const auto critical = critical_units(policy_, systems_.budget());
    if (!critical) return tl::unexpected(critical.error());
    for (size_t round = 0;; ++round) {
      proved_each_time_ = round >= kMostGuesses;
      gone_.clear();
      cuts_.clear();
      whole_statements_ = true;
      if (!take_out(statements_of(*critical))) return tl::unexpected(*over_);
      whole_statements_ = false;
      if (!take_out(items_of(*critical))) return tl::unexpected(*over_);
      if (!proved_each_time_ && !changes_nothing(gone_)) {
        if (over_) return tl::unexpected(*over_);
        continue;
      }
      const size_t fixed = fixed_.size();
      Trimmed out = cut();
      if (fixed_.size() == fixed) return out;
    }
  }

 private:
  static constexpr size_t kMostGuesses = 16;

  bool stands_here(const Rule& rule) const { return rule.chain.empty() && rule.span.file == file_; }

  // Whole statements whose units could all go.
  std::vector<Group> statements_of(const std::set<RuleUnit>& critical) const {
    std::map<Place, Group> groups;
    std::set<Place> needed;
    for (const Rule& rule : policy_.rules) {
      if (!stands_here(rule)) continue;
      Group& group = groups[place_of(rule.span)];
      group.cut = {rule.span, true};
      for (const RuleUnit& unit : units_of(rule)) {
        group.units.push_back(unit);
        const bool pattern = unit.part == RuleUnit::Part::pattern;
        if (pattern && critical.contains(unit)) needed.insert(place_of(rule.span));
      }
    }
    return last_first(groups, needed);
  }

  // Patterns and exceptions that are written out in a statement.
  std::vector<Group> items_of(const std::set<RuleUnit>& critical) const {
    std::map<Place, Group> groups;
    std::set<Place> needed;
    for (const Rule& rule : policy_.rules) {
      if (!stands_here(rule)) continue;
      for (const RuleUnit& unit : units_of(rule)) {
        const Span span = span_of(pattern_of(policy_, unit));
        if (!encloses(rule.span, span) || gone_.contains(unit)) continue;
        if (fixed_.contains(place_of(span))) continue;
        Group& group = groups[place_of(span)];
        group.cut = {span, false};
        group.units.push_back(unit);
        if (critical.contains(unit)) needed.insert(place_of(span));
      }
    }
    return last_first(groups, needed);
  }

  static std::vector<Group> last_first(std::map<Place, Group>& groups,
                                       const std::set<Place>& needed) {
    std::vector<Group> out;
    for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
      if (!needed.contains(group->first)) out.push_back(std::move(group->second));
    }
    return out;
  }

  // Takes out what can go. False when the budget is spent.
  bool take_out(std::span<const Group> groups) {
    if (groups.empty()) return true;
    std::set<RuleUnit> tried = gone_;
    for (const Group& group : groups) tried.insert(group.units.begin(), group.units.end());
    if (whole_statements_ || leaves_statements_whole(tried)) {
      const bool can_go =
          keeps_what_is_known(tried) && (!proved_each_time_ || changes_nothing(tried));
      if (over_) return false;
      if (can_go) {
        gone_ = std::move(tried);
        for (const Group& group : groups) cuts_.push_back(group.cut);
        return true;
      }
    }
    if (groups.size() == 1) return true;
    const size_t half = groups.size() / 2;
    return take_out(groups.subspan(0, half)) && take_out(groups.subspan(half));
  }

  bool keeps_what_is_known(const std::set<RuleUnit>& gone) const {
    return std::all_of(known_.begin(), known_.end(),
                       [&](const HeldRequest& request) { return request.is_kept_without(gone); });
  }

  // A proof, or requests that say otherwise: they are known from then on.
  bool changes_nothing(const std::set<RuleUnit>& gone) {
    if (gone.empty()) return true;
    const Policy smaller = without(policy_, {gone.begin(), gone.end()});
    Systems systems(smaller, systems_.budget());
    const auto differences = some_differences(systems_, systems);
    if (!differences) {
      over_ = differences.error();
      return false;
    }
    for (const Difference& one : *differences) known_.emplace_back(policy_, one.os, one.request);
    return differences->empty();
  }

  // A statement that stays keeps a pattern: it goes as a whole or not at all.
  bool leaves_statements_whole(const std::set<RuleUnit>& gone) const {
    std::map<Place, std::pair<size_t, size_t>> left;  // units gone, patterns left
    for (const Rule& rule : policy_.rules) {
      if (!stands_here(rule)) continue;
      auto& [taken, patterns] = left[place_of(rule.span)];
      for (const RuleUnit& unit : units_of(rule)) {
        if (gone.contains(unit)) {
          ++taken;
        } else if (unit.part == RuleUnit::Part::pattern) {
          ++patterns;
        }
      }
    }
    return std::all_of(left.begin(), left.end(), [&](const auto& entry) {
      const auto& [taken, patterns] = entry.second;
      return patterns > 0 || taken == 0 || is_cut(entry.first);
    });
  }

  bool is_cut(const Place& place) const {
    return std::any_of(cuts_.begin(), cuts_.end(), [&](const Cut& cut) {
      return cut.statement && place_of(cut.span) == place;
    });
  }

  Trimmed cut() {
    std::sort(cuts_.begin(), cuts_.end(), [](const Cut& a, const Cut& b) {
      return std::tie(a.span.begin, a.span.end) < std::tie(b.span.begin, b.span.end);
    });
    TextCuts text(sources_.text(file_));
    for (const Cut& cut : cuts_) {
      if (cut.statement) {
        text.cut_statement(cut.span);
      } else if (!text.cut_item(cut.span)) {
        fixed_.insert(place_of(cut.span));
      }
    }
    return {text.rest(), cuts_, without(policy_, {gone_.begin(), gone_.end()})};
  }

  Systems& systems_;
  const Policy& policy_;
  const Sources& sources_;
  FileId file_;
  bool whole_statements_ = false;   // statements are taken out, not items
  bool proved_each_time_ = false;   // not only in the end
  std::vector<HeldRequest> known_;  // that some cuts would change
  std::set<Place> fixed_;           // the text does not let them go
  std::set<RuleUnit> gone_;
  std::vector<Cut> cuts_;
  std::optional<OverBudget> over_;
};

}  // namespace

Budgeted<Trimmed> trim(Systems& systems, const Sources& sources, FileId file) {
  return Trim(systems, sources, file).run();
}

}  // namespace sbxc
