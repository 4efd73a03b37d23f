// The automata are one for what the rule holds and one for the other rules. A way ends where the
// rule cannot make a difference any more, or where the others deny everything. Breadth first over
// readable bytes, as in pair_walk.h: the first word met is a shortest and most readable one.
#include "compiler/analysis/change_walk.h"

#include <algorithm>
#include <array>

#include "compiler/automata/live.h"
#include "compiler/decisions/class_labels.h"

namespace sbxc {

namespace {

using automata::Dfa;
using automata::Label;
using automata::State;

enum class Direction { wider, narrower };

struct Heard {
  ClassSet before = 0;
  ClassSet after = 0;
};

Heard heard_of(const RuleChange& change, Label label) {
  return {
      label == change_label(true, false) || label == change_label(true, true) ? change.before : 0,
      label == change_label(false, true) || label == change_label(true, true) ? change.after : 0};
}

bool goes(Direction direction, Effect before, Effect after) {
  return direction == Direction::wider ? after < before : before < after;
}

// Whether the rule can make such a difference, whatever the others say.
bool may_go(const RuleChange& change, Label label, Direction direction) {
  if (label == automata::kOutside) return false;
  const Heard heard = heard_of(change, label);
  for (ClassSet others = 0; others < (1U << kVerdictClasses); ++others) {
    if (goes(direction, verdict_of(others | heard.before, change.operation),
             verdict_of(others | heard.after, change.operation))) {
      return true;
    }
  }
  return false;
}

class Walk {
 public:
  Walk(const RuleChange& change, const OtherRules& others)
      : change_(change),
        held_(*change.held),
        heard_(others.heard()),
        open_(others.open_without(change.rule)),
        others_(others.without(change.rule)) {
    const auto classes = automata::ByteClasses::refine(held_.classes(), heard_.classes());
    bytes_ = classes.representatives();
    std::sort(bytes_.begin(), bytes_.end(), [](uint8_t one, uint8_t other) {
      return automata::readability(one) < automata::readability(other);
    });
  }

  automata::Bounded<std::optional<ChangedWord>> run(Direction direction,
                                                    const automata::Budget& budget) {
    std::array<bool, 5> may{};  // by label
    for (uint32_t i = 0; i < may.size(); ++i) may[i] = may_go(change_, Label{i}, direction);
    live_ =
        automata::live_states(held_, [&](Label label) { return may[static_cast<size_t>(label)]; });
    ways_.clear();
    slots_.assign(64, kNone);
    add({held_.start(), heard_.start()});
    for (uint32_t at = 0; at < ways_.size(); ++at) {
      if (auto found = changed_at(at, direction)) return found;
      step(at);
      if (ways_.size() > budget.states) {
        return tl::unexpected(automata::Overflow{.states = ways_.size()});
      }
    }
    return std::nullopt;
  }

 private:
  struct Way {
    State held{};
    State heard{};
    uint32_t before = 0;  // the way that goes on here
    uint8_t byte = 0;     // and by which byte
  };
  static constexpr uint32_t kNone = UINT32_MAX;

  std::optional<ChangedWord> changed_at(uint32_t at, Direction direction) const {
    const Label label = held_.label(ways_[at].held);
    if (label == automata::kOutside) return std::nullopt;
    const ClassSet others = others_[static_cast<size_t>(heard_.label(ways_[at].heard))];
    const Heard heard = heard_of(change_, label);
    const Effect before = verdict_of(others | heard.before, change_.operation);
    const Effect after = verdict_of(others | heard.after, change_.operation);
    if (!goes(direction, before, after)) return std::nullopt;
    return ChangedWord{word_to(at), before, after};
  }

  void step(uint32_t at) {
    const Way from = ways_[at];
    for (const uint8_t byte : bytes_) {
      add({held_.step(from.held, byte), heard_.step(from.heard, byte), at, byte});
    }
  }

  // Unless it is known, or leads to no difference.
  void add(const Way& way) {
    if (!live_[static_cast<size_t>(way.held)] || !open_[static_cast<size_t>(way.heard)]) return;
    const size_t slot = slot_of(way);
    if (slots_[slot] != kNone) return;
    slots_[slot] = static_cast<uint32_t>(ways_.size());
    ways_.push_back(way);
    if (ways_.size() * 2 <= slots_.size()) return;
    slots_.assign(slots_.size() * 4, kNone);
    for (uint32_t known = 0; known < ways_.size(); ++known) slots_[slot_of(ways_[known])] = known;
  }

  // Where such states are, or where they belong.
  size_t slot_of(const Way& way) const {
    const uint64_t key = static_cast<uint64_t>(way.held) << 32 | static_cast<uint64_t>(way.heard);
    uint64_t hash = key * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 32;
    size_t slot = hash & (slots_.size() - 1);
    while (slots_[slot] != kNone) {
      const Way& known = ways_[slots_[slot]];
      if (known.held == way.held && known.heard == way.heard) break;
      slot = (slot + 1) & (slots_.size() - 1);
    }
    return slot;
  }

  std::string word_to(uint32_t way) const {
    std::string word;
    for (; way != 0; way = ways_[way].before) word += static_cast<char>(ways_[way].byte);
    std::reverse(word.begin(), word.end());
    return word;
  }

  const RuleChange& change_;
  const Dfa& held_;
  const Dfa& heard_;
  const std::vector<bool>& open_;       // of `heard_`
  const std::vector<ClassSet> others_;  // by label of `heard_`
  std::vector<uint8_t> bytes_;          // one of each class, readable first
  std::vector<bool> live_;              // of `held_`
  std::vector<Way> ways_;
  std::vector<uint32_t> slots_;  // a hash table of ways with open addressing
};

}  // namespace

automata::Bounded<std::optional<ChangedWord>> changed_word(const RuleChange& change,
                                                           const OtherRules& others,
                                                           const automata::Budget& budget) {
  Walk walk(change, others);
  auto wider = walk.run(Direction::wider, budget);
  return !wider || *wider ? wider : walk.run(Direction::narrower, budget);
}

}  // namespace sbxc
