// All names that a file can bear, parted by which of some wildcards match them: few classes, and a
// readable name of each. Literal names are the caller's business: it says which ones to avoid.
// NAME_MAX is not modelled.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/automata/determinise.h"
#include "compiler/pattern/name_glob.h"

namespace sbxc::bwrap_read {

class NameClasses {
 public:
  // Wildcards of one group need not be told apart. Nothing when the budget was spent.
  static std::optional<NameClasses> of(const std::vector<std::vector<const NameGlob*>>& groups,
                                       const automata::Budget& budget);

  size_t size() const { return groups_.size(); }
  // Whether no name is in it, to be avoided or not.
  bool is_empty(size_t name_class) const { return shortest_[name_class].empty(); }
  // The groups that match the names of a class, in order.
  const std::vector<uint32_t>& groups(size_t name_class) const { return groups_[name_class]; }
  // A short name of the class that is not in `avoid` (sorted); none when there is no other.
  std::optional<std::string> name_in(size_t name_class,
                                     const std::vector<std::string_view>& avoid) const;

 private:
  explicit NameClasses(automata::Dfa dfa) : dfa_(std::move(dfa)) {}
  void find_shortest();
  std::optional<std::string> search(size_t name_class,
                                    const std::vector<std::string_view>& avoid) const;

  automata::Dfa dfa_;  // the label is a class and one
  std::vector<std::vector<uint32_t>> groups_;
  std::vector<std::string> shortest_;
};

}  // namespace sbxc::bwrap_read
