// A deterministic automaton over the names of paths: its states are what can be behind a name, and
// the first one is the root directory. Names that no state tells apart share a column. All
// automata that are brought together have to be of one PathSpace.
//
// INVARIANT: minimal, with the states in breadth-first order over columns.
#pragma once

#include <functional>
#include <optional>

#include "backends/seatbelt/verify/path_space.h"

namespace sbxc::paths {

using automata::Label;

class PathDfa {
 public:
  // Makes it minimal. `next` is by state and column, `column_of` by name class.
  PathDfa(std::vector<uint32_t> column_of, uint32_t columns, std::vector<uint32_t> next,
          std::vector<Label> labels);
  static PathDfa constant(const PathSpace& space, Label label);

  size_t size() const { return labels_.size(); }
  uint32_t columns() const { return columns_; }
  const std::vector<uint32_t>& column_of() const { return column_of_; }
  Label label(uint32_t state) const { return labels_[state]; }
  uint32_t step(uint32_t state, uint32_t column) const { return next_[state * columns_ + column]; }
  Label decide(const std::vector<NameClass>& names) const;

 private:
  void merge_states();
  void merge_columns();
  void put_in_order();

  std::vector<uint32_t> column_of_;
  uint32_t columns_ = 1;
  std::vector<uint32_t> next_;
  std::vector<Label> labels_;
};

using Join = std::function<Label(Label, Label)>;
using Differs = std::function<bool(Label, Label)>;

automata::Bounded<PathDfa> product(const PathDfa& a, const PathDfa& b, const Join& join,
                                   const automata::Budget& budget);
PathDfa relabel(const PathDfa& dfa, const std::function<Label(Label)>& to);
// Label 1 for the directories above a path that is `wanted`, and for the root; 2 for all others.
PathDfa directories_above(const PathDfa& dfa, const std::function<bool(Label)>& wanted);

// The names of a path with the fewest components whose two labels differ in the given way.
automata::Bounded<std::optional<std::vector<NameClass>>> shortest_difference(
    const PathDfa& a, const PathDfa& b, const Differs& differs, const automata::Budget& budget);

}  // namespace sbxc::paths
