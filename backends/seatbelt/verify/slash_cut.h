// A nondeterministic automaton over paths, cut at its slashes: places, where a name begins, and
// names that lead from one place to others. What is left to read in one piece is a single name,
// which keeps apart what multiplies when paths are read byte by byte: how many names a pattern
// speaks of, and in how many directories it speaks of them.
//
// A place that says the same of everything below it (behind `/a/**`) is one place for each thing
// that it says, however many patterns end so.
#pragma once

#include <unordered_map>
#include <vector>

#include "compiler/automata/nfa.h"

namespace sbxc::paths {

enum class Place : uint32_t {};
enum class Arrival : uint32_t {};

// Behind a name: the marks of a path that ends here, and the places behind one more slash.
struct ArrivalFacts {
  std::vector<automata::Mark> marks;  // sorted, as the places
  std::vector<Place> places;
  auto operator<=>(const ArrivalFacts&) const = default;
};

struct PlaceFacts {
  std::vector<automata::Mark> marks;  // of the path that ends in the slash: the root
  std::vector<Arrival> always;        // whatever the name is
  bool universal = false;             // its marks are those of everything below
  automata::Origin origin{};
};

struct Move {
  Place from{};
  Arrival to{};
  auto operator<=>(const Move&) const = default;
};

struct SlashCut {
  std::vector<PlaceFacts> places;
  std::vector<ArrivalFacts> arrivals;
  // Names: a mark is an index of `moves`. What `always` says is left out.
  automata::Nfa names;
  std::vector<Move> moves;
  // The places behind the first slash, by the number of the start state.
  std::unordered_map<uint32_t, std::vector<Place>> roots;
};

SlashCut cut_at_slashes(const automata::Nfa& nfa);

}  // namespace sbxc::paths
