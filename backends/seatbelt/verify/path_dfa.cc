// Minimised as Moore did it: states are split by the labels of what follows, one name further each
// time, until nothing changes. The automata are small, and few steps are enough.
#include "backends/seatbelt/verify/path_dfa.h"

#include <algorithm>
#include <map>

namespace sbxc::paths {
namespace {

// Numbers runs of values by content: equal runs get equal numbers.
class Numbering {
 public:
  Numbering(size_t length, size_t most) : length_(length) {
    size_t slots = 16;
    while (slots < 2 * most) slots *= 2;
    slots_.assign(slots, kFree);
    runs_.reserve(length * most / 2);
  }

  uint32_t number(const uint32_t* run) {
    size_t hash = 0x9E3779B97F4A7C15ULL;
    for (size_t i = 0; i < length_; ++i) {
      hash = (hash ^ run[i]) * 0x100000001B3ULL;
      hash ^= hash >> 29;
    }
    for (size_t at = hash;; ++at) {
      uint32_t& slot = slots_[at & (slots_.size() - 1)];
      if (slot == kFree) {
        slot = count_;
        runs_.insert(runs_.end(), run, run + length_);
        return count_++;
      }
      if (std::equal(run, run + length_, runs_.begin() + offset(slot))) return slot;
    }
  }
  uint32_t count() const { return count_; }

 private:
  static constexpr uint32_t kFree = UINT32_MAX;
  ptrdiff_t offset(uint32_t number) const { return static_cast<ptrdiff_t>(number * length_); }

  size_t length_;
  uint32_t count_ = 0;
  std::vector<uint32_t> runs_;
  std::vector<uint32_t> slots_;  // open addressing, at most half full
};

// The columns of two automata brought together.
struct JointColumns {
  std::vector<uint32_t> of_class;
  std::vector<std::pair<uint32_t, uint32_t>> of;  // by joint column
  std::vector<NameClass> sample;                  // a class of each

  JointColumns(const PathDfa& a, const PathDfa& b) {
    std::vector<uint32_t> known(size_t{a.columns()} * b.columns(), UINT32_MAX);
    for (size_t c = 0; c < a.column_of().size(); ++c) {
      uint32_t& at = known[size_t{a.column_of()[c]} * b.columns() + b.column_of()[c]];
      if (at == UINT32_MAX) {
        at = static_cast<uint32_t>(of.size());
        of.emplace_back(a.column_of()[c], b.column_of()[c]);
        sample.push_back(NameClass{static_cast<uint32_t>(c)});
      }
      of_class.push_back(at);
    }
  }
};

// Pairs of states, numbered in the order in which they are met.
class Pairs {
 public:
  Pairs() { number(0, 0); }
  uint32_t number(uint32_t a, uint32_t b) {
    uint32_t& slot = slot_of(a, b);
    if (slot != kFree) return slot;
    const auto fresh = static_cast<uint32_t>(pairs_.size());
    slot = fresh;
    pairs_.emplace_back(a, b);
    if (2 * pairs_.size() > slots_.size()) grow();
    return fresh;
  }
  size_t size() const { return pairs_.size(); }
  std::pair<uint32_t, uint32_t> operator[](size_t at) const { return pairs_[at]; }

 private:
  static constexpr uint32_t kFree = UINT32_MAX;

  uint32_t& slot_of(uint32_t a, uint32_t b) {
    const uint64_t mixed = (uint64_t{a} << 32 | b) * 0x9E3779B97F4A7C15ULL;
    for (uint64_t hash = mixed >> 40;; ++hash) {
      uint32_t& slot = slots_[hash & (slots_.size() - 1)];
      if (slot == kFree || pairs_[slot] == std::pair(a, b)) return slot;
    }
  }
  void grow() {
    slots_.assign(2 * slots_.size(), kFree);
    for (uint32_t i = 0; i < pairs_.size(); ++i) slot_of(pairs_[i].first, pairs_[i].second) = i;
  }

  std::vector<std::pair<uint32_t, uint32_t>> pairs_;
  std::vector<uint32_t> slots_ = std::vector<uint32_t>(1024, kFree);  // open addressing
};

}  // namespace

PathDfa::PathDfa(std::vector<uint32_t> column_of, uint32_t columns, std::vector<uint32_t> next,
                 std::vector<Label> labels)
    : column_of_(std::move(column_of)),
      columns_(columns),
      next_(std::move(next)),
      labels_(std::move(labels)) {
  merge_columns();
  merge_states();
  merge_columns();
  put_in_order();
}

PathDfa PathDfa::constant(const PathSpace& space, Label label) {
  return {std::vector<uint32_t>(space.classes(), 0), 1, {0}, {label}};
}

void PathDfa::merge_states() {
  const size_t count = labels_.size();
  std::vector<uint32_t> part(count);
  std::map<Label, uint32_t> by_label;
  for (size_t s = 0; s < count; ++s) {
    part[s] =
        by_label.try_emplace(labels_[s], static_cast<uint32_t>(by_label.size())).first->second;
  }
  uint32_t parts = static_cast<uint32_t>(by_label.size());
  std::vector<uint32_t> run(columns_ + 1);
  for (;;) {
    Numbering numbering(run.size(), count);
    std::vector<uint32_t> finer(count);
    for (size_t s = 0; s < count; ++s) {
      run[0] = part[s];
      for (uint32_t c = 0; c < columns_; ++c) run[c + 1] = part[next_[s * columns_ + c]];
      finer[s] = numbering.number(run.data());
    }
    part = std::move(finer);
    if (numbering.count() == parts) break;
    parts = numbering.count();
  }
  // The root is the first state, and so the first of its part.
  std::vector<uint32_t> next(size_t{parts} * columns_);
  std::vector<Label> labels(parts);
  for (size_t s = 0; s < count; ++s) {
    labels[part[s]] = labels_[s];
    for (uint32_t c = 0; c < columns_; ++c) {
      next[part[s] * size_t{columns_} + c] = part[next_[s * columns_ + c]];
    }
  }
  next_ = std::move(next);
  labels_ = std::move(labels);
}

void PathDfa::merge_columns() {
  Numbering numbering(labels_.size(), columns_);
  std::vector<uint32_t> run(labels_.size());
  std::vector<uint32_t> merged(columns_);
  std::vector<uint32_t> first;
  for (uint32_t c = 0; c < columns_; ++c) {
    for (size_t s = 0; s < run.size(); ++s) run[s] = next_[s * columns_ + c];
    merged[c] = numbering.number(run.data());
    if (merged[c] == first.size()) first.push_back(c);
  }
  if (first.size() == columns_) return;
  std::vector<uint32_t> next;
  for (size_t s = 0; s < labels_.size(); ++s) {
    for (const uint32_t c : first) next.push_back(next_[s * columns_ + c]);
  }
  for (uint32_t& column : column_of_) column = merged[column];
  next_ = std::move(next);
  columns_ = static_cast<uint32_t>(first.size());
}

void PathDfa::put_in_order() {
  std::vector<uint32_t> number(labels_.size(), UINT32_MAX);
  std::vector<uint32_t> order{0};
  number[0] = 0;
  for (size_t at = 0; at < order.size(); ++at) {
    for (uint32_t c = 0; c < columns_; ++c) {
      const uint32_t to = step(order[at], c);
      if (number[to] != UINT32_MAX) continue;
      number[to] = static_cast<uint32_t>(order.size());
      order.push_back(to);
    }
  }
  std::vector<uint32_t> next;
  std::vector<Label> labels;
  for (const uint32_t state : order) {
    labels.push_back(labels_[state]);
    for (uint32_t c = 0; c < columns_; ++c) next.push_back(number[step(state, c)]);
  }
  next_ = std::move(next);
  labels_ = std::move(labels);
}

Label PathDfa::decide(const std::vector<NameClass>& names) const {
  uint32_t at = 0;
  for (const NameClass name : names) at = step(at, column_of_[static_cast<size_t>(name)]);
  return labels_[at];
}

automata::Bounded<PathDfa> product(const PathDfa& a, const PathDfa& b, const Join& join,
                                   const automata::Budget& budget) {
  JointColumns columns(a, b);
  Pairs pairs;
  std::vector<uint32_t> next;
  std::vector<Label> labels;
  for (size_t at = 0; at < pairs.size(); ++at) {
    const auto [in_a, in_b] = pairs[at];
    labels.push_back(join(a.label(in_a), b.label(in_b)));
    for (const auto& [of_a, of_b] : columns.of) {
      next.push_back(pairs.number(a.step(in_a, of_a), b.step(in_b, of_b)));
    }
    if (pairs.size() > budget.states || next.size() > budget.members) {
      return tl::unexpected(automata::Overflow{.states = pairs.size()});
    }
  }
  return PathDfa(std::move(columns.of_class), static_cast<uint32_t>(columns.of.size()),
                 std::move(next), std::move(labels));
}

PathDfa relabel(const PathDfa& dfa, const std::function<Label(Label)>& to) {
  std::vector<uint32_t> next;
  std::vector<Label> labels;
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    labels.push_back(to(dfa.label(s)));
    for (uint32_t c = 0; c < dfa.columns(); ++c) next.push_back(dfa.step(s, c));
  }
  return {dfa.column_of(), dfa.columns(), std::move(next), std::move(labels)};
}

PathDfa directories_above(const PathDfa& dfa, const std::function<bool(Label)>& wanted) {
  std::vector<bool> above(dfa.size(), false);  // something below is wanted
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t s = 0; s < dfa.size(); ++s) {
      for (uint32_t c = 0; c < dfa.columns() && !above[s]; ++c) {
        const uint32_t to = dfa.step(s, c);
        above[s] = above[to] || wanted(dfa.label(to));
        changed = changed || above[s];
      }
    }
  }
  // The root is a state of its own here, for it is above everything.
  std::vector<uint32_t> next;
  std::vector<Label> labels{Label{1}};
  for (uint32_t c = 0; c < dfa.columns(); ++c) next.push_back(dfa.step(0, c) + 1);
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    labels.push_back(above[s] ? Label{1} : Label{2});
    for (uint32_t c = 0; c < dfa.columns(); ++c) next.push_back(dfa.step(s, c) + 1);
  }
  return {dfa.column_of(), dfa.columns(), std::move(next), std::move(labels)};
}

automata::Bounded<std::optional<std::vector<NameClass>>> shortest_difference(
    const PathDfa& a, const PathDfa& b, const Differs& differs, const automata::Budget& budget) {
  const JointColumns columns(a, b);
  Pairs pairs;
  std::vector<std::pair<uint32_t, NameClass>> met{{0, {}}};  // from which pair, by which name
  for (uint32_t at = 0; at < pairs.size(); ++at) {
    const auto [in_a, in_b] = pairs[at];
    if (differs(a.label(in_a), b.label(in_b))) {
      std::vector<NameClass> names;
      for (uint32_t i = at; i != 0; i = met[i].first) names.push_back(met[i].second);
      std::reverse(names.begin(), names.end());
      return names;
    }
    for (size_t c = 0; c < columns.of.size(); ++c) {
      const auto [of_a, of_b] = columns.of[c];
      const size_t before = pairs.size();
      pairs.number(a.step(in_a, of_a), b.step(in_b, of_b));
      if (pairs.size() > before) met.emplace_back(at, columns.sample[c]);
    }
    if (pairs.size() > budget.states) {
      return tl::unexpected(automata::Overflow{.states = pairs.size()});
    }
  }
  return std::nullopt;
}

}  // namespace sbxc::paths
