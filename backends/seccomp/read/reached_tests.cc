// The filter is run with values that are constants or `(word & mask) ^ flip` of a word that is not
// known, both ways at each comparison of such a value: a superset of the ways that calls can take.
// AND, OR and XOR with a constant stay in that form. Anything else done to an unknown word (adding,
// shifting, comparing two of them, returning one) is not followed and said so, with the
// instruction.
//
// Jumps lead forward, so instructions are visited in order, and states that are equal at one
// instruction are visited once; their number is bounded for filters that are made to have many.
#include "backends/seccomp/read/reached_tests.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace sbxc::bpf {

namespace {

constexpr uint32_t kAllBits = ~uint32_t{0};
constexpr uint32_t kConstant = kWords;  // in place of a word
constexpr size_t kMostStates = 20000;

// `(word & mask) ^ flip`; a constant is `flip` alone.
struct Value {
  uint32_t word = kConstant;
  uint32_t mask = 0;
  uint32_t flip = 0;

  bool is_constant() const { return word == kConstant; }
  auto operator<=>(const Value&) const = default;
};

Value constant(uint32_t value) { return {kConstant, 0, value}; }

struct State {
  Value a;
  Value x;
  std::array<Value, kScratchWords> scratch;
  auto operator<=>(const State&) const = default;
};

class Explorer {
 public:
  Explorer(const Program& program, const KnownWords& known) : program_(program), known_(known) {}

  ReachedTests run() {
    pending_[0].push_back({});
    while (!pending_.empty() && !out_.not_understood) {
      auto first = pending_.extract(pending_.begin());
      std::vector<State>& states = first.mapped();
      std::sort(states.begin(), states.end());
      states.erase(std::unique(states.begin(), states.end()), states.end());
      const bool alone = states.size() == 1 && pending_.empty();
      for (State& state : states) follow(state, first.key(), alone);
    }
    for (auto& tests : out_.of_word) {
      std::sort(tests.begin(), tests.end());
      tests.erase(std::unique(tests.begin(), tests.end()), tests.end());
    }
    return std::move(out_);
  }

  void operator()(const LoadWord& load) {
    const auto& known = known_[load.word];
    state_->a = known ? constant(*known) : Value{load.word, kAllBits, 0};
    next();
  }
  void operator()(const LoadConstant& load) {
    of(load.to) = constant(load.value);
    next();
  }
  void operator()(const LoadScratch& load) {
    of(load.to) = state_->scratch[load.slot];
    next();
  }
  void operator()(const Store& store) {
    state_->scratch[store.slot] = of(store.from);
    next();
  }
  void operator()(const Move& move) {
    of(move.to) = move.to == Register::a ? state_->x : state_->a;
    next();
  }
  void operator()(const Jump& jump) { go(jump.to); }
  void operator()(const Return& end) {
    if (!end.constant && !state_->a.is_constant())
      give_up("it returns " + name_of_word(state_->a.word));
  }
  void operator()(const Calculate& step) {
    const Value by = value(step.operand);
    Value& a = state_->a;
    const bool negates = step.calculation == Calculation::negate;
    if (!by.is_constant() && !negates)
      return give_up("it calculates with " + name_of_word(by.word));
    if (a.is_constant()) {
      if (step.calculation == Calculation::divide && by.flip == 0)
        return;  // ends here, with a kill
      a.flip = calculate(step.calculation, a.flip, by.flip);
      return next();
    }
    if (step.calculation == Calculation::bit_xor) {
      a.flip ^= by.flip;
    } else if (step.calculation == Calculation::bit_and) {
      a.mask &= by.flip;
      a.flip &= by.flip;
    } else if (step.calculation == Calculation::bit_or) {
      a.mask &= ~by.flip;
      a.flip |= by.flip;
    } else {
      return give_up("it calculates with " + name_of_word(a.word));
    }
    if (a.mask == 0) a = constant(a.flip);
    next();
  }
  void operator()(const Branch& branch) {
    const Value by = value(branch.operand);
    const Value& a = state_->a;
    if (!by.is_constant()) return give_up("it compares with " + name_of_word(by.word));
    if (a.is_constant()) {
      return go(compare(branch.comparison, a.flip, by.flip) ? branch.yes : branch.no);
    }
    out_.of_word[a.word].push_back({a.mask, a.flip, branch.comparison, by.flip});
    go(branch.yes);
    go(branch.no);
  }

 private:
  Value& of(Register which) { return which == Register::a ? state_->a : state_->x; }
  Value value(const Operand& operand) const {
    return operand.constant ? constant(*operand.constant) : state_->x;
  }
  // To the next fork; when it is the only state there is, nobody can meet it on the way, and it
  // goes on to the last one.
  void follow(State& state, uint32_t at, bool alone) {
    state_ = &state;
    at_ = at;
    for (;;) {
      ways_ = 0;
      if (++out_.visited > kMostStates) give_up("there are too many ways to it");
      std::visit(*this, program_[at_]);
      if (ways_ == 0 || out_.not_understood) return;
      if (ways_ > 1 || !alone) break;
      at_ = way_[0];
    }
    for (size_t i = 0; i < ways_; ++i) pending_[way_[i]].push_back(state);
  }
  void go(uint32_t to) { way_[ways_++] = to; }
  void next() { go(at_ + 1); }
  void give_up(const std::string& what) {
    if (!out_.not_understood) {
      out_.not_understood =
          fmt::format("instruction {}, `{}`: {}", at_, text_of(program_[at_]), what);
    }
  }

  const Program& program_;
  const KnownWords& known_;
  std::map<uint32_t, std::vector<State>> pending_;
  uint32_t at_ = 0;
  State* state_ = nullptr;
  std::array<uint32_t, 2> way_{};  // from here on
  size_t ways_ = 0;
  ReachedTests out_;
};

}  // namespace

ReachedTests tests_reached(const Program& program, const KnownWords& known) {
  return Explorer(program, known).run();
}

}  // namespace sbxc::bpf
