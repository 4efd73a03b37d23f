// Every test that a filter can make of the words of a call when some of the words are known.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "backends/seccomp/read/word_cells.h"

namespace sbxc::bpf {

using KnownWords = std::array<std::optional<uint32_t>, kWords>;

struct ReachedTests {
  std::array<std::vector<WordTest>, kWords> of_word;  // without repeats
  size_t visited = 0;                                 // states of the filter, a measure of the work
  // What the filter does to a word that is not known and that this reader does not follow.
  std::optional<std::string> not_understood;
};

// Two calls that agree on the known words and on the outcome of all these tests take the same way
// through the filter and get the same answer.
ReachedTests tests_reached(const Program& program, const KnownWords& known);

}  // namespace sbxc::bpf
