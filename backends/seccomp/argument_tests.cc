// In two steps. First a graph of tests of single words, made from the last clause to the first;
// each clause falls through to the next. It is right and wasteful: `a is 0`, `a is 8` would load
// and test the upper word twice. Then one walk from the top, carrying what is known of each word on
// the way (an interval, excluded values, masked facts) and which word the accumulator holds: tests
// that the way has already decided vanish, and so do loads of what is loaded.
//
// Not done: reordering of clauses or tests. Clauses come from small tables; the walk visits every
// path, which is exponential for contrived input, so the number of tests is bounded.
//
// Reference: the upper and lower half, and what may be skipped, as in seccomp(2), "BUGS".
#include "backends/seccomp/argument_tests.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "backends/seccomp/instruction.h"

namespace sbxc::seccomp {

namespace {

constexpr uint32_t kAllBits = 0xffffffff;

struct WordTest {
  uint32_t word;  // 2 * argument, plus 1 for the upper half
  uint16_t code;  // op::kJump…
  uint32_t mask;  // of kJumpEqual alone; all bits for the others
  uint32_t k;

  bool operator==(const WordTest&) const = default;
};

enum class StepId : uint32_t {};
struct Branch {
  WordTest test;
  StepId yes;
  StepId no;
};
using Step = std::variant<Answer, Branch>;

class StepGraph {
 public:
  explicit StepGraph(const Behaviour& behaviour) {
    start_ = add(behaviour.otherwise);
    for (auto clause = behaviour.clauses.rbegin(); clause != behaviour.clauses.rend(); ++clause) {
      StepId yes = add(clause->answer);
      for (auto test = clause->all.rbegin(); test != clause->all.rend(); ++test) {
        yes = add_test(*test, yes, start_);
      }
      start_ = yes;
    }
  }

  StepId start() const { return start_; }
  const Step& operator[](StepId id) const { return steps_[static_cast<size_t>(id)]; }

 private:
  StepId add(Step step) {
    if (const auto* answer = std::get_if<Answer>(&step)) {
      for (size_t i = 0; i < steps_.size(); ++i) {
        const auto* known = std::get_if<Answer>(&steps_[i]);
        if (known != nullptr && *known == *answer) return StepId{static_cast<uint32_t>(i)};
      }
    }
    steps_.push_back(step);
    return StepId{static_cast<uint32_t>(steps_.size() - 1)};
  }

  StepId branch(WordTest test, StepId yes, StepId no) {
    // One bit test may ask for several bits at once.
    const auto* below = std::get_if<Branch>(&(*this)[no]);
    if (test.code == op::kJumpAnyBit && below != nullptr && below->yes == yes &&
        below->test.code == op::kJumpAnyBit && below->test.word == test.word) {
      test.k |= below->test.k;
      no = below->no;
    }
    return add(Branch{test, yes, no});
  }

  StepId add_equal(uint32_t word, uint64_t mask, uint64_t value, std::pair<StepId, StepId> to) {
    const auto [yes, no] = to;
    if ((value & ~mask) != 0) return no;
    const auto half = [](uint64_t bits, uint32_t index) {
      return static_cast<uint32_t>(bits >> (32 * index));
    };
    StepId next = yes;
    for (const uint32_t index : {0U, 1U}) {
      if (half(mask, index) == 0) continue;
      next =
          branch({word + index, op::kJumpEqual, half(mask, index), half(value, index)}, next, no);
    }
    return next;
  }

  StepId add_order(uint32_t word, uint16_t code, uint64_t value, std::pair<StepId, StepId> to) {
    const auto [yes, no] = to;
    const auto low = static_cast<uint32_t>(value);
    const auto high = static_cast<uint32_t>(value >> 32);
    StepId next = branch({word, code, kAllBits, low}, yes, no);
    next = branch({word + 1, op::kJumpEqual, kAllBits, high}, next, no);
    return branch({word + 1, op::kJumpGreater, kAllBits, high}, yes, next);
  }

  StepId add_any_bit(uint32_t word, uint64_t mask, std::pair<StepId, StepId> to) {
    const auto [yes, no] = to;
    StepId next = no;
    if (const auto high = static_cast<uint32_t>(mask >> 32); high != 0) {
      next = branch({word + 1, op::kJumpAnyBit, kAllBits, high}, yes, next);
    }
    if (const auto low = static_cast<uint32_t>(mask); low != 0) {
      next = branch({word, op::kJumpAnyBit, kAllBits, low}, yes, next);
    }
    return next;
  }

  StepId add_test(const ArgTest& test, StepId yes, StepId no) {
    const uint32_t word = 2U * test.argument;
    switch (test.compare) {
      case Compare::equal:
        return add_equal(word, test.mask, test.value, {yes, no});
      case Compare::not_equal:
        return add_equal(word, test.mask, test.value, {no, yes});
      case Compare::greater:
        return add_order(word, op::kJumpGreater, test.value, {yes, no});
      case Compare::greater_equal:
        return add_order(word, op::kJumpNotLess, test.value, {yes, no});
      case Compare::less_equal:
        return add_order(word, op::kJumpGreater, test.value, {no, yes});
      case Compare::less:
        return add_order(word, op::kJumpNotLess, test.value, {no, yes});
      case Compare::any_bit:
        return add_any_bit(word, test.mask, {yes, no});
    }
    return no;
  }

  std::vector<Step> steps_;
  StepId start_{};
};

struct Fact {
  WordTest test;
  bool holds;
};
using Facts = std::vector<Fact>;

// What the way so far says of one word.
struct Known {
  uint32_t low = 0;
  uint32_t high = kAllBits;
  std::vector<uint32_t> excluded;

  void learn(const Fact& fact) {
    const WordTest& test = fact.test;
    if (test.code == op::kJumpEqual && test.mask == kAllBits) {
      if (fact.holds) {
        low = high = test.k;
      } else {
        excluded.push_back(test.k);
      }
    } else if (test.code == op::kJumpGreater || test.code == op::kJumpNotLess) {
      const bool strict = test.code == op::kJumpGreater;
      if (fact.holds) {
        if (!strict || test.k < kAllBits) low = std::max(low, strict ? test.k + 1 : test.k);
      } else if (strict || test.k > 0) {
        high = std::min(high, strict ? test.k : test.k - 1);
      }
    }
  }

  bool excludes(uint32_t value) const {
    return value < low || value > high ||
           std::find(excluded.begin(), excluded.end(), value) != excluded.end();
  }
};

bool holds_for(const WordTest& test, uint32_t value) {
  switch (test.code) {
    case op::kJumpEqual:
      return (value & test.mask) == test.k;
    case op::kJumpGreater:
      return value > test.k;
    case op::kJumpNotLess:
      return value >= test.k;
    default:
      return (value & test.k) != 0;
  }
}

// The test's outcome when the facts leave no choice.
std::optional<bool> decided(const WordTest& test, const Facts& facts) {
  Known known;
  for (const Fact& fact : facts) {
    if (fact.test.word != test.word) continue;
    if (fact.test == test) return fact.holds;
    const bool same_masked = fact.test.code == op::kJumpEqual && test.code == op::kJumpEqual &&
                             fact.test.mask == test.mask;
    if (same_masked && fact.holds) return false;  // it equals another value
    known.learn(fact);
  }
  if (known.low == known.high) return holds_for(test, known.low);
  if (test.code == op::kJumpEqual && test.mask == kAllBits && known.excludes(test.k)) return false;
  if (test.code == op::kJumpGreater || test.code == op::kJumpNotLess) {
    // Monotonous: the ends of the interval speak for what is between.
    const bool at_low = holds_for(test, known.low);
    if (at_low == holds_for(test, known.high)) return at_low;
  }
  return std::nullopt;
}

// What A holds: a word, cut by a mask.
struct Accumulator {
  std::optional<uint32_t> word;
  uint32_t mask = kAllBits;
};

class Walk {
 public:
  Walk(const StepGraph& graph, NodePool& pool) : graph_(graph), pool_(pool) {}

  NodeId lower(StepId id, const Facts& facts, Accumulator accumulator) {
    const Step& step = graph_[id];
    if (const auto* answer = std::get_if<Answer>(&step)) return pool_.answer(*answer);
    const auto& [test, yes, no] = std::get<Branch>(step);
    if (const auto known = decided(test, facts)) {
      return lower(*known ? yes : no, facts, accumulator);
    }
    const Accumulator after{test.word, test.mask};
    Facts with = facts;
    with.push_back({test, true});
    const NodeId if_yes = lower(yes, with, after);
    with.back().holds = false;
    const NodeId if_no = lower(no, with, after);
    if (if_yes == if_no && pool_.is_answer(if_yes)) return if_yes;
    return load(test, accumulator, pool_.jump(test.code, test.k, if_yes, if_no));
  }

 private:
  NodeId load(const WordTest& test, Accumulator has, NodeId next) {
    if (has.word == test.word && has.mask == test.mask) return next;
    if (test.mask != kAllBits) next = pool_.bit_and(test.mask, next);
    if (has.word == test.word && has.mask == kAllBits) return next;
    return pool_.load(argument_offset(test.word), next);
  }

  const StepGraph& graph_;
  NodePool& pool_;
};

}  // namespace

NodeId lower_behaviour(const Behaviour& behaviour, NodePool& pool) {
  const StepGraph graph(behaviour);
  return Walk(graph, pool).lower(graph.start(), {}, {});
}

}  // namespace sbxc::seccomp
