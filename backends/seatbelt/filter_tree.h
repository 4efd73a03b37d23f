// A filter of a rule as a tree, printed so that a person can read it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sbxc::seatbelt {

struct FilterTree {
  enum class Kind : uint8_t { leaf, all, any, none_of };
  Kind kind = Kind::any;
  std::string text{};       // of a leaf
  size_t string_bytes = 0;  // of a leaf: of the string that the compiled profile holds
  size_t count = 1;         // of a leaf: filters it stands for
  std::vector<FilterTree> of{};

  static FilterTree leaf(std::string text, size_t string_bytes, size_t count = 1);
  static FilterTree all(std::vector<FilterTree> of);
  static FilterTree any(std::vector<FilterTree> of);
  static FilterTree none(FilterTree of);  // require-not
  // `filter` and none of `except`; `filter` alone when there are none.
  static FilterTree without(FilterTree filter, std::vector<FilterTree> except);

  bool empty() const { return kind != Kind::leaf && of.empty(); }
};

// On one line when it fits from column `indent`, else one part a line.
std::string print(const FilterTree& filter, size_t indent);

size_t leaves(const FilterTree& filter);
size_t string_bytes(const FilterTree& filter);

}  // namespace sbxc::seatbelt
