// Behind a slash the automaton reads a name and remembers the state before it. States with the same
// ways on share that: for each there is an automaton over names that says where a name leads, no
// larger than it has to be.
#include "backends/seatbelt/verify/path_bytes.h"

#include <map>

#include "compiler/automata/minimise.h"
#include "compiler/automata/product.h"

namespace sbxc::paths {
namespace {

using automata::ByteClasses;
using automata::Dfa;
using automata::kOutside;
using automata::State;

constexpr uint32_t kNowhere = 0;
constexpr uint32_t kStart = 1;

class Writer {
 public:
  Writer(const PathSpace& space, const PathDfa& dfa)
      : dfa_(dfa), names_(automata::minimise(automata::relabel(space.names(), [&](Label label) {
          if (label == kOutside) return label;
          return Label{dfa.column_of()[static_cast<size_t>(label) - 1] + 1};
        }))) {
    ByteClasses slash;
    slash.count = 2;
    slash.of['/'] = 1;
    classes_ = ByteClasses::refine(names_.classes(), slash);
    bytes_ = classes_.representatives();
    add(kOutside);
    add(kOutside);
  }

  Dfa run() && {
    fill(kNowhere, kNowhere);
    fill(kStart, kNowhere);
    // The root alone may end in its slash.
    const Names& first = names_from(0);
    const uint32_t root = add(dfa_.label(0));
    next_[root] = next_[first.begin];
    set(kStart, '/', root);
    std::vector<State> next;
    for (const auto& row : next_) next.insert(next.end(), row.begin(), row.end());
    return automata::minimise(Dfa(classes_, std::move(next), std::move(labels_), State{kStart}));
  }

 private:
  struct Names {
    uint32_t begin = 0;
  };

  uint32_t add(Label label) {
    labels_.push_back(label);
    next_.emplace_back(classes_.count, State{kNowhere});
    return static_cast<uint32_t>(labels_.size()) - 1;
  }
  void fill(uint32_t from, uint32_t to) { next_[from].assign(classes_.count, State{to}); }
  void set(uint32_t from, char byte, uint32_t to) {
    next_[from][classes_.of[static_cast<uint8_t>(byte)]] = State{to};
  }

  // Adds the names behind a state, and all that follows.
  const Names& names_from(uint32_t state) {
    std::vector<uint32_t> row;
    for (uint32_t c = 0; c < dfa_.columns(); ++c) row.push_back(dfa_.step(state, c));
    const auto [known, fresh] = known_.try_emplace(row);
    if (!fresh) return known->second;
    const Dfa names = automata::minimise(automata::relabel(names_, [&](Label label) {
      return label == kOutside ? label : Label{row[static_cast<size_t>(label) - 1] + 1};
    }));
    std::vector<uint32_t> at;
    for (uint32_t s = 0; s < names.size(); ++s) {
      const Label label = names.label(State{s});
      at.push_back(
          add(label == kOutside ? kOutside : dfa_.label(static_cast<uint32_t>(label) - 1)));
    }
    known->second.begin = at[static_cast<size_t>(names.start())];
    for (uint32_t s = 0; s < names.size(); ++s) {
      for (uint32_t c = 0; c < classes_.count; ++c) {
        if (bytes_[c] == '/') continue;
        next_[at[s]][c] = State{at[static_cast<size_t>(names.step(State{s}, bytes_[c]))]};
      }
    }
    for (uint32_t s = 0; s < names.size(); ++s) {
      const Label label = names.label(State{s});
      if (label == kOutside) continue;
      const uint32_t behind = names_from(static_cast<uint32_t>(label) - 1).begin;
      set(at[s], '/', behind);
    }
    return known->second;
  }

  const PathDfa& dfa_;
  Dfa names_;  // labels are columns plus 1
  ByteClasses classes_;
  std::vector<uint8_t> bytes_;
  std::vector<std::vector<State>> next_;
  std::vector<Label> labels_;
  std::map<std::vector<uint32_t>, Names> known_;  // by where each column leads
};

}  // namespace

Dfa to_bytes(const PathSpace& space, const PathDfa& dfa) { return Writer(space, dfa).run(); }

}  // namespace sbxc::paths
