// The automata are one for what the rule holds and some for the other rules. A way ends where the
// rule cannot make a difference any more, or where some other rule denies everything. Breadth first
// over readable bytes, as in pair_walk.h: the first word met is a shortest and most readable one.
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
  Walk(const RuleChange& change, const std::vector<const OtherRules::Part*>& others)
      : change_(change), others_(others), classes_(change.held->classes()) {
    for (const OtherRules::Part* part : others) {
      classes_ = automata::ByteClasses::refine(classes_, part->heard.classes());
    }
    bytes_ = classes_.representatives();
    std::sort(bytes_.begin(), bytes_.end(), [](uint8_t one, uint8_t other) {
      return automata::readability(one) < automata::readability(other);
    });
  }

  automata::Bounded<std::optional<ChangedWord>> run(Direction direction,
                                                    const automata::Budget& budget) {
    std::array<bool, 5> may{};  // by label
    for (uint32_t i = 0; i < may.size(); ++i) may[i] = may_go(change_, Label{i}, direction);
    live_ = automata::live_states(*change_.held,
                                  [&](Label label) { return may[static_cast<size_t>(label)]; });
    begin();
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
    uint32_t before = 0;  // the way that goes on here
    uint8_t byte = 0;     // and by which byte
  };
  static constexpr uint32_t kNone = UINT32_MAX;

  size_t width() const { return others_.size() + 1; }
  const State* states_of(uint32_t way) const { return &states_[way * width()]; }

  void begin() {
    ways_.clear();
    states_.clear();
    slots_.assign(64, kNone);
    next_.assign(1, change_.held->start());
    if (!is_live(next_[0])) return;
    for (const OtherRules::Part* part : others_) next_.push_back(part->heard.start());
    add({});
  }

  bool is_live(State held) const { return live_[static_cast<size_t>(held)]; }

  std::optional<ChangedWord> changed_at(uint32_t at, Direction direction) const {
    const State* states = states_of(at);
    const Label label = change_.held->label(states[0]);
    if (label == automata::kOutside) return std::nullopt;
    ClassSet others = 0;
    for (size_t i = 0; i < others_.size(); ++i) {
      others |= classes_of(others_[i]->heard.label(states[i + 1]));
    }
    const Heard heard = heard_of(change_, label);
    const Effect before = verdict_of(others | heard.before, change_.operation);
    const Effect after = verdict_of(others | heard.after, change_.operation);
    if (!goes(direction, before, after)) return std::nullopt;
    return ChangedWord{word_to(at), before, after};
  }

  void step(uint32_t at) {
    for (const uint8_t byte : bytes_) {
      const State held = change_.held->step(states_of(at)[0], byte);
      if (!is_live(held)) continue;
      next_.assign(1, held);
      bool open = true;
      for (size_t i = 0; i < others_.size() && open; ++i) {
        next_.push_back(others_[i]->heard.step(states_of(at)[i + 1], byte));
        open = others_[i]->open[static_cast<size_t>(next_.back())];
      }
      if (open) add({at, byte});
    }
  }

  // `next_`, unless it is known.
  void add(const Way& way) {
    const size_t slot = slot_of(next_.data());
    if (slots_[slot] != kNone) return;
    slots_[slot] = static_cast<uint32_t>(ways_.size());
    ways_.push_back(way);
    states_.insert(states_.end(), next_.begin(), next_.end());
    if (ways_.size() * 2 <= slots_.size()) return;
    slots_.assign(slots_.size() * 4, kNone);
    for (uint32_t known = 0; known < ways_.size(); ++known) {
      slots_[slot_of(states_of(known))] = known;
    }
  }

  // Where such states are, or where they belong.
  size_t slot_of(const State* states) const {
    uint64_t hash = 0;
    for (size_t i = 0; i < width(); ++i) {
      hash = (hash ^ static_cast<uint64_t>(states[i])) * 0x9E3779B97F4A7C15ULL;
      hash ^= hash >> 32;
    }
    size_t slot = hash & (slots_.size() - 1);
    while (slots_[slot] != kNone &&
           !std::equal(states, states + width(), states_of(slots_[slot]))) {
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
  const std::vector<const OtherRules::Part*>& others_;
  automata::ByteClasses classes_;
  std::vector<uint8_t> bytes_;  // one of each class, readable first
  std::vector<bool> live_;      // of `held`
  std::vector<Way> ways_;
  std::vector<State> states_;    // of each way: `held`, then the others
  std::vector<uint32_t> slots_;  // a hash table of ways with open addressing
  std::vector<State> next_;
};

}  // namespace

automata::Bounded<std::optional<ChangedWord>> changed_word(
    const RuleChange& change, const std::vector<const OtherRules::Part*>& others,
    const automata::Budget& budget) {
  Walk walk(change, others);
  auto wider = walk.run(Direction::wider, budget);
  return !wider || *wider ? wider : walk.run(Direction::narrower, budget);
}

}  // namespace sbxc
