// The names of files, told apart as far as some path languages need it: two names are of one class
// when replacing one by the other anywhere in a path changes nothing for any of them. Paths are
// then words over classes, and automata over them (path_dfa.h) have as many states as there are
// kinds of directories.
#pragma once

#include <string>

#include "backends/seatbelt/verify/slash_cut.h"
#include "compiler/automata/determinise.h"

namespace sbxc::paths {

enum class NameClass : uint32_t {};

class PathSpace {
 public:
  // `languages` is not needed afterwards.
  static automata::Bounded<PathSpace> of(const automata::Nfa& languages,
                                         const automata::Budget& budget);

  const SlashCut& cut() const { return cut_; }
  // By class, sorted.
  const std::vector<std::vector<Move>>& moves() const { return moves_; }
  size_t classes() const { return moves_.size(); }
  // A shortest name of the class, the most readable one.
  const std::string& sample(NameClass of) const { return samples_[static_cast<size_t>(of)]; }
  std::string path(const std::vector<NameClass>& names) const;
  std::vector<NameClass> classes_of(std::string_view path) const;
  // Labels are classes plus 1; kOutside for what is no name.
  const automata::Dfa& names() const { return names_; }

 private:
  PathSpace() = default;
  void take_samples();

  SlashCut cut_;
  std::vector<std::vector<Move>> moves_;
  std::vector<std::string> samples_;
  automata::Dfa names_ = automata::Dfa::constant(automata::kOutside);
};

}  // namespace sbxc::paths
