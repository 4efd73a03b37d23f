#include "compiler/automata/minimise.h"

#include <algorithm>
#include <span>

namespace sbxc::automata {

namespace {

// Blocks of states as ranges of one array; refining swaps states to the front of their block.
// (Valmari and Lehtinen 2008 describe the arrays.)
class Partition {
 public:
  explicit Partition(const std::vector<Label>& labels) {
    const auto count = static_cast<uint32_t>(labels.size());
    elements_.resize(count);
    for (uint32_t i = 0; i < count; ++i) elements_[i] = i;
    std::stable_sort(elements_.begin(), elements_.end(),
                     [&](uint32_t a, uint32_t b) { return labels[a] < labels[b]; });
    place_.resize(count);
    block_of_.resize(count);
    for (uint32_t i = 0; i < count; ++i) {
      place_[elements_[i]] = i;
      const bool opens = i == 0 || labels[elements_[i]] != labels[elements_[i - 1]];
      if (opens) {
        if (i > 0) end_.push_back(i);
        begin_.push_back(i);
      }
      block_of_[elements_[i]] = static_cast<uint32_t>(begin_.size() - 1);
    }
    if (count > 0) end_.push_back(count);
    marked_.resize(begin_.size(), 0);
  }

  uint32_t blocks() const { return static_cast<uint32_t>(begin_.size()); }
  uint32_t block_of(uint32_t state) const { return block_of_[state]; }
  uint32_t size(uint32_t block) const { return end_[block] - begin_[block]; }
  uint32_t first(uint32_t block) const { return elements_[begin_[block]]; }
  std::span<const uint32_t> members(uint32_t block) const {
    return {elements_.data() + begin_[block], size(block)};
  }
  void mark(uint32_t state) {
    const uint32_t block = block_of_[state];
    const uint32_t at = place_[state];
    const uint32_t border = begin_[block] + marked_[block];
    if (at < border) return;
    if (marked_[block] == 0) touched_.push_back(block);
    std::swap(elements_[at], elements_[border]);
    place_[elements_[at]] = at;
    place_[state] = border;
    ++marked_[block];
  }
  // Splits every touched block into marked and unmarked; `on_split(old, fresh)`.
  template <typename OnSplit>
  void split(const OnSplit& on_split) {
    for (const uint32_t block : touched_) {
      const uint32_t marked = marked_[block];
      marked_[block] = 0;
      if (marked == size(block)) continue;
      const auto fresh = blocks();  // takes the marked ones
      begin_.push_back(begin_[block]);
      end_.push_back(begin_[block] + marked);
      marked_.push_back(0);
      begin_[block] += marked;
      for (uint32_t i = begin_[fresh]; i < end_[fresh]; ++i) block_of_[elements_[i]] = fresh;
      on_split(block, fresh);
    }
    touched_.clear();
  }

 private:
  std::vector<uint32_t> elements_;
  std::vector<uint32_t> place_;
  std::vector<uint32_t> block_of_;
  std::vector<uint32_t> begin_;
  std::vector<uint32_t> end_;
  std::vector<uint32_t> marked_;
  std::vector<uint32_t> touched_;
};

// Who steps to each state, and by which class, as one array with offsets. Most states have few such
// steps, and a few have nearly all of them.
struct Inverse {
  struct Step {
    uint32_t from;
    uint32_t by;
  };
  std::vector<uint32_t> begin;  // by state, and one more
  std::vector<Step> steps;

  explicit Inverse(const Dfa& dfa) {
    const auto states = static_cast<uint32_t>(dfa.size());
    const uint32_t classes = dfa.classes().count;
    begin.assign(size_t{states} + 2, 0);
    for (uint32_t s = 0; s < states; ++s) {
      for (uint32_t c = 0; c < classes; ++c) {
        ++begin[static_cast<size_t>(dfa.by_class(State{s}, c)) + 2];
      }
    }
    for (size_t i = 2; i < begin.size(); ++i) begin[i] += begin[i - 1];
    steps.resize(size_t{states} * classes);
    for (uint32_t s = 0; s < states; ++s) {
      for (uint32_t c = 0; c < classes; ++c) {
        steps[begin[static_cast<size_t>(dfa.by_class(State{s}, c)) + 1]++] = {s, c};
      }
    }
  }
};

std::vector<Label> labels_of(const Dfa& dfa) {
  std::vector<Label> labels;
  labels.reserve(dfa.size());
  for (uint32_t s = 0; s < dfa.size(); ++s) labels.push_back(dfa.label(State{s}));
  return labels;
}

class Refinement {
 public:
  explicit Refinement(const Dfa& dfa)
      : partition_(labels_of(dfa)), inverse_(dfa), steps_by_(dfa.classes().count) {}

  Partition run() && {
    begin();
    while (!pending_.empty()) {
      const uint32_t splitter = pending_.back();
      pending_.pop_back();
      is_pending_[splitter] = false;
      split_by(splitter);
    }
    return std::move(partition_);
  }

 private:
  // What the largest block would split, the others split too.
  void begin() {
    uint32_t largest = 0;
    for (uint32_t block = 1; block < partition_.blocks(); ++block) {
      if (partition_.size(block) > partition_.size(largest)) largest = block;
    }
    for (uint32_t block = 0; block < partition_.blocks(); ++block) {
      is_pending_.push_back(block != largest);
      if (block != largest) pending_.push_back(block);
    }
  }

  // The block may be split on the way itself: its steps are taken before.
  void split_by(uint32_t splitter) {
    for (const uint32_t state : partition_.members(splitter)) {
      for (uint32_t i = inverse_.begin[state]; i < inverse_.begin[state + 1]; ++i) {
        const Inverse::Step& step = inverse_.steps[i];
        if (steps_by_[step.by].empty()) stepped_.push_back(step.by);
        steps_by_[step.by].push_back(step.from);
      }
    }
    for (const uint32_t c : stepped_) {
      for (const uint32_t from : steps_by_[c]) partition_.mark(from);
      steps_by_[c].clear();
      partition_.split([&](uint32_t old, uint32_t fresh) {
        is_pending_.push_back(false);
        const bool smaller_is_fresh = partition_.size(fresh) <= partition_.size(old);
        const uint32_t next = is_pending_[old] || smaller_is_fresh ? fresh : old;
        is_pending_[next] = true;
        pending_.push_back(next);
      });
    }
    stepped_.clear();
  }

  Partition partition_;
  const Inverse inverse_;
  std::vector<uint32_t> pending_;
  std::vector<bool> is_pending_;                 // by block
  std::vector<std::vector<uint32_t>> steps_by_;  // class → states that step into the splitter
  std::vector<uint32_t> stepped_;                // the classes of those
};

// The states that a word leads to.
std::vector<State> reachable(const Dfa& dfa) {
  std::vector<bool> known(dfa.size(), false);
  std::vector<State> found{dfa.start()};
  known[static_cast<size_t>(dfa.start())] = true;
  for (size_t i = 0; i < found.size(); ++i) {
    for (uint32_t c = 0; c < dfa.classes().count; ++c) {
      const State to = dfa.by_class(found[i], c);
      if (known[static_cast<size_t>(to)]) continue;
      known[static_cast<size_t>(to)] = true;
      found.push_back(to);
    }
  }
  return found;
}

// Whether two classes lead every state to the same.
bool are_alike(const Dfa& dfa, const std::vector<State>& states, uint32_t a, uint32_t b) {
  return std::all_of(states.begin(), states.end(),
                     [&](State state) { return dfa.by_class(state, a) == dfa.by_class(state, b); });
}

// Classes by which every state steps alike become one; numbered by their first byte. `kept` is one
// old class for each new one.
ByteClasses merge_classes(const Dfa& dfa, const std::vector<State>& states,
                          std::vector<uint32_t>& kept) {
  const uint32_t classes = dfa.classes().count;
  std::vector<uint64_t> hashes(classes, 0);
  for (const State state : states) {
    for (uint32_t c = 0; c < classes; ++c) {
      const auto to = static_cast<uint64_t>(dfa.by_class(state, c));
      hashes[c] = (hashes[c] ^ (to + 1)) * 0x9E3779B97F4A7C15ULL;
      hashes[c] ^= hashes[c] >> 29;
    }
  }
  std::vector<uint32_t> merged(classes, UINT32_MAX);
  ByteClasses result;
  for (size_t byte = 0; byte < 256; ++byte) {
    const uint32_t c = dfa.classes().of[byte];
    for (uint32_t i = 0; i < kept.size() && merged[c] == UINT32_MAX; ++i) {
      if (hashes[kept[i]] == hashes[c] && are_alike(dfa, states, kept[i], c)) merged[c] = i;
    }
    if (merged[c] == UINT32_MAX) {
      merged[c] = static_cast<uint32_t>(kept.size());
      kept.push_back(c);
    }
    result.of[byte] = static_cast<uint8_t>(merged[c]);
  }
  result.count = static_cast<uint32_t>(kept.size());
  return result;
}

}  // namespace

Dfa renumbered(const Dfa& dfa) {
  std::vector<uint32_t> kept;
  const ByteClasses classes = merge_classes(dfa, reachable(dfa), kept);
  std::vector<uint32_t> number(dfa.size(), UINT32_MAX);
  std::vector<State> order{dfa.start()};
  number[static_cast<size_t>(dfa.start())] = 0;
  std::vector<State> next;
  next.reserve(dfa.size() * kept.size());
  std::vector<Label> labels;
  labels.reserve(dfa.size());
  for (size_t i = 0; i < order.size(); ++i) {
    labels.push_back(dfa.label(order[i]));
    for (const uint32_t c : kept) {
      const State to = dfa.by_class(order[i], c);
      uint32_t& id = number[static_cast<size_t>(to)];
      if (id == UINT32_MAX) {
        id = static_cast<uint32_t>(order.size());
        order.push_back(to);
      }
      next.push_back(State{id});
    }
  }
  return {classes, std::move(next), std::move(labels), State{0}};
}

Dfa minimise(const Dfa& dfa) {
  const Partition partition = Refinement(dfa).run();
  const uint32_t classes = dfa.classes().count;
  std::vector<State> next;
  next.reserve(static_cast<size_t>(partition.blocks()) * classes);
  std::vector<Label> labels;
  labels.reserve(partition.blocks());
  for (uint32_t block = 0; block < partition.blocks(); ++block) {
    const State some{partition.first(block)};
    labels.push_back(dfa.label(some));
    for (uint32_t c = 0; c < classes; ++c) {
      const auto to = static_cast<uint32_t>(dfa.by_class(some, c));
      next.push_back(State{partition.block_of(to)});
    }
  }
  const State start{partition.block_of(static_cast<uint32_t>(dfa.start()))};
  return renumbered(Dfa(dfa.classes(), std::move(next), std::move(labels), start));
}

}  // namespace sbxc::automata
