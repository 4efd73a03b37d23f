// The difference keeps the states of the first set: behind a word that the second one has given up
// a state is what it was. New are only the pairs before that, few where the second set is a glob.
// Where they have no loop each is told from all other states by where it steps, targets first; so
// nothing else has to be compared. Where they have one the whole is minimised.
#include "compiler/automata/word_pairs.h"

#include <unordered_map>
#include <vector>

#include "compiler/automata/minimise.h"
#include "compiler/automata/product.h"

namespace sbxc::automata {

namespace {

constexpr uint32_t kNone = UINT32_MAX;

bool holds(const Dfa& dfa, State state) { return dfa.label(state) != kOutside; }

// The state from which no word of the set goes on, if there is one.
std::optional<State> dead_state(const Dfa& dfa) {
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    bool stays = !holds(dfa, State{s});
    for (uint32_t c = 0; c < dfa.classes().count && stays; ++c) {
      stays = dfa.by_class(State{s}, c) == State{s};
    }
    if (stays) return State{s};
  }
  return std::nullopt;
}

struct Pair {
  State a{};
  State b{};
};

// Pairs in the order in which they are met.
class Pairs {
 public:
  Pairs(const Dfa& a, const Dfa& b)
      : a_(a), b_(b), classes_(ByteClasses::refine(a.classes(), b.classes())), slots_(64, kNone) {
    of_class_.resize(classes_.count);
    for (size_t byte = 256; byte-- > 0;) {
      of_class_[classes_.of[byte]] = {a.classes().of[byte], b.classes().of[byte]};
    }
  }

  const ByteClasses& classes() const { return classes_; }
  size_t size() const { return all_.size(); }
  const Pair& operator[](size_t at) const { return all_[at]; }
  Pair step(const Pair& from, uint32_t c) const {
    return {a_.by_class(from.a, of_class_[c].first), b_.by_class(from.b, of_class_[c].second)};
  }
  State step_a(State from, uint32_t c) const { return a_.by_class(from, of_class_[c].first); }

  uint32_t find_or_add(const Pair& pair) {
    const size_t slot = slot_of(pair);
    if (slots_[slot] != kNone) return slots_[slot];
    const auto id = static_cast<uint32_t>(all_.size());
    slots_[slot] = id;
    all_.push_back(pair);
    if (all_.size() * 2 > slots_.size()) grow();
    return id;
  }

 private:
  size_t slot_of(const Pair& pair) const {
    const uint64_t key = static_cast<uint64_t>(pair.a) << 32 | static_cast<uint64_t>(pair.b);
    uint64_t hash = key * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 32;
    size_t slot = hash & (slots_.size() - 1);
    while (slots_[slot] != kNone &&
           (all_[slots_[slot]].a != pair.a || all_[slots_[slot]].b != pair.b)) {
      slot = (slot + 1) & (slots_.size() - 1);
    }
    return slot;
  }

  void grow() {
    slots_.assign(slots_.size() * 4, kNone);
    for (uint32_t id = 0; id < all_.size(); ++id) slots_[slot_of(all_[id])] = id;
  }

  const Dfa& a_;
  const Dfa& b_;
  ByteClasses classes_;
  std::vector<std::pair<uint32_t, uint32_t>> of_class_;  // of each automaton
  std::vector<Pair> all_;
  std::vector<uint32_t> slots_;  // a hash table of pairs with open addressing
};

// The states of `a`, and behind them pairs as states of their own.
class Difference {
 public:
  Difference(const Dfa& a, const Dfa& b, State dead_a)
      : a_(a), b_(b), dead_(dead_a), dead_b_(dead_state(b)), pairs_(a, b) {}

  std::optional<Dfa> run(PairBudget& budget) {
    if (a_.start() == dead_ || dead_b_ == b_.start()) return a_;
    pairs_.find_or_add({a_.start(), b_.start()});
    for (uint32_t at = 0; at < pairs_.size(); ++at) {
      for (uint32_t c = 0; c < width(); ++c) targets_.push_back(target(pairs_.step(pairs_[at], c)));
      budget.walked = pairs_.size();
      if (budget.walked > budget.most) return std::nullopt;
    }
    give_up_empty();
    expand();
    return place_all() ? renumbered(built()) : minimise(built());
  }

 private:
  uint32_t width() const { return pairs_.classes().count; }
  uint32_t old_states() const { return static_cast<uint32_t>(a_.size()); }

  // States of `a` are their numbers, pairs come behind them.
  uint32_t target(const Pair& to) {
    if (to.a == dead_ || to.b == dead_b_) return static_cast<uint32_t>(to.a);
    return old_states() + pairs_.find_or_add(to);
  }

  bool pair_holds(uint32_t pair) const {
    return holds(a_, pairs_[pair].a) && !holds(b_, pairs_[pair].b);
  }

  // Pairs from which no word is left are dead.
  void give_up_empty() {
    const size_t count = pairs_.size();
    std::vector<std::vector<uint32_t>> before(count);
    std::vector<uint32_t> open;
    live_.assign(count, false);
    for (uint32_t pair = 0; pair < count; ++pair) {
      bool live = pair_holds(pair);
      uint32_t last = kNone;
      for (uint32_t c = 0; c < width(); ++c) {
        const uint32_t to = targets_[pair * width() + c];
        if (to == last) continue;
        last = to;
        if (to >= old_states()) {
          before[to - old_states()].push_back(pair);
        } else {
          live = live || State{to} != dead_;
        }
      }
      if (live) open.push_back(pair);
      live_[pair] = live;
    }
    while (!open.empty()) {
      const uint32_t at = open.back();
      open.pop_back();
      for (const uint32_t from : before[at]) {
        if (live_[from]) continue;
        live_[from] = true;
        open.push_back(from);
      }
    }
    for (uint32_t& to : targets_) {
      if (to >= old_states() && !live_[to - old_states()]) to = static_cast<uint32_t>(dead_);
    }
  }

  void expand() {
    next_.reserve((a_.size() + pairs_.size()) * width());
    for (uint32_t s = 0; s < old_states(); ++s) {
      for (uint32_t c = 0; c < width(); ++c) next_.push_back(pairs_.step_a(State{s}, c));
      labels_.push_back(a_.label(State{s}));
    }
    for (const uint32_t to : targets_) next_.push_back(State{to});
    for (uint32_t pair = 0; pair < pairs_.size(); ++pair) {
      labels_.push_back(pair_holds(pair) ? a_.label(pairs_[pair].a) : kOutside);
    }
    start_ = live_[0] ? State{old_states()} : dead_;
  }

  // Lets each pair be the state that steps as it does, targets before those that lead there; not
  // where pairs lead in a circle.
  bool place_all() {
    enum : uint8_t { unseen, entered, placed };
    std::vector<uint8_t> stage(pairs_.size(), unseen);
    for (uint32_t s = 0; s < old_states(); ++s) by_row_.emplace(row_hash(s), s);
    std::vector<uint32_t> open{0};
    while (live_[0] && !open.empty()) {
      const uint32_t pair = open.back();
      if (stage[pair] == placed) {
        open.pop_back();
        continue;
      }
      const bool leaving = stage[pair] == entered;
      stage[pair] = leaving ? placed : entered;
      for (uint32_t c = 0; c < width(); ++c) {
        const uint32_t to = targets_[pair * width() + c];
        if (to < old_states()) continue;
        const uint32_t next = to - old_states();
        if (leaving) {
          next_[(old_states() + pair) * width() + c] = place_of(next);
        } else if (stage[next] == entered) {
          return false;
        } else if (stage[next] == unseen) {
          open.push_back(next);
        }
      }
      if (leaving) place(pair);
    }
    if (live_[0]) start_ = place_of(0);
    return true;
  }

  State place_of(uint32_t pair) const { return State{place_.at(pair)}; }

  void place(uint32_t pair) {
    const uint32_t own = old_states() + pair;
    const uint64_t hash = row_hash(own);
    const auto [begin, end] = by_row_.equal_range(hash);
    for (auto one = begin; one != end; ++one) {
      if (!same_row(one->second, own)) continue;
      place_.emplace(pair, one->second);
      return;
    }
    by_row_.emplace(hash, own);
    place_.emplace(pair, own);
  }

  uint64_t row_hash(uint32_t state) const {
    uint64_t hash = static_cast<uint64_t>(labels_[state]);
    for (size_t i = 0; i < width(); ++i) {
      hash = (hash ^ static_cast<uint64_t>(next_[size_t{state} * width() + i])) *
             0x9E3779B97F4A7C15ULL;
      hash ^= hash >> 29;
    }
    return hash;
  }

  bool same_row(uint32_t one, uint32_t other) const {
    if (labels_[one] != labels_[other]) return false;
    for (size_t i = 0; i < width(); ++i) {
      if (next_[size_t{one} * width() + i] != next_[size_t{other} * width() + i]) return false;
    }
    return true;
  }

  Dfa built() const { return {pairs_.classes(), next_, labels_, start_}; }

  const Dfa& a_;
  const Dfa& b_;
  State dead_;
  std::optional<State> dead_b_;
  Pairs pairs_;
  std::vector<uint32_t> targets_;  // of pairs, by class
  std::vector<bool> live_;         // by pair
  std::vector<State> next_;
  std::vector<Label> labels_;
  State start_{};
  std::unordered_multimap<uint64_t, uint32_t> by_row_;
  std::unordered_map<uint32_t, uint32_t> place_;  // pair → state
};

// Whether the words of `a` lead to a pair that is `wanted`; what lies behind a `closed` one is not
// asked.
template <typename Wanted, typename Closed>
std::optional<bool> any_pair(const Dfa& a, const Dfa& b, PairBudget& budget, const Wanted& wanted,
                             const Closed& closed) {
  const auto dead_a = dead_state(a);
  Pairs pairs(a, b);
  const auto add = [&](const Pair& pair) {
    if (pair.a != dead_a && !closed(pair)) pairs.find_or_add(pair);
  };
  add({a.start(), b.start()});
  for (uint32_t at = 0; at < pairs.size(); ++at) {
    const Pair pair = pairs[at];
    if (wanted(pair)) return true;
    for (uint32_t c = 0; c < pairs.classes().count; ++c) add(pairs.step(pair, c));
    budget.walked = pairs.size();
    if (budget.walked > budget.most) return std::nullopt;
  }
  return false;
}

}  // namespace

std::optional<bool> any_in_both(const Dfa& a, const Dfa& b, PairBudget& budget) {
  const auto dead_b = dead_state(b);
  return any_pair(
      a, b, budget, [&](const Pair& pair) { return holds(a, pair.a) && holds(b, pair.b); },
      [&](const Pair& pair) { return pair.b == dead_b; });
}

std::optional<bool> all_within(const Dfa& a, const Dfa& b, PairBudget& budget) {
  const auto dead_b = dead_state(b);
  const auto beyond = any_pair(
      a, b, budget,
      [&](const Pair& pair) { return pair.b == dead_b || (holds(a, pair.a) && !holds(b, pair.b)); },
      [](const Pair&) { return false; });
  return beyond ? std::optional(!*beyond) : std::nullopt;
}

std::optional<Dfa> difference(const Dfa& a, const Dfa& b, PairBudget& budget) {
  if (const auto dead = dead_state(a)) return Difference(a, b, *dead).run(budget);
  const auto both =
      product(a, b, [](Label one, Label other) { return other == kOutside ? one : kOutside; },
              {.states = budget.most});
  return both ? std::optional(minimise(*both)) : std::nullopt;
}

}  // namespace sbxc::automata
