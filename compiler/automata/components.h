// A set of paths seen component by component. After a whole component the automaton is in a state
// that says two things: whether the path so far is in the set, and in which state the next name
// begins. That pair is a Node; all names that lead to one node can be followed by the same paths.
//
// Patterns speak of few bytes and few names by themselves. The rest is alike: the *usual* byte is
// one that no pattern mentions if there is such a byte, and the *usual* node is where a name of
// such bytes leads. Where the usual node comes back to itself, there is a `**`.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "compiler/automata/glob.h"
#include "compiler/automata/word_set.h"

namespace sbxc::automata {

struct Node {
  bool accepts = false;  // the path up to here is in the set
  State names{};         // where the next name begins

  bool operator==(const Node&) const = default;
};

// What to write for two or three bytes that lead to one place: a name for each or one with a class.
enum class FewBytes { apart, as_class };

uint8_t most_readable(const Bytes& bytes);

class Components {
 public:
  Components(const WordSet& set, GlobKind kind, FewBytes few);

  const WordSet& set() const { return set_; }
  GlobKind kind() const { return kind_; }
  FewBytes few() const { return few_; }
  // Before the first name: the root directory of paths.
  Node root() const;

  struct Step {
    Bytes bytes;  // of a name
    State to{};
  };
  // By target; bytes that end a name are left out.
  const std::vector<Step>& steps(State at) const;
  uint8_t usual_byte() const { return usual_byte_; }
  State usual_step(State at) const { return set_.step(at, usual_byte_); }
  // Where usual bytes lead in the end, if they come to rest.
  std::optional<State> settled(State at) const;

  // Whether any word of the set goes on from here.
  bool is_live(State state) const { return live_[static_cast<size_t>(state)]; }
  bool is_live(const Node& node) const { return node.accepts || is_live(node.names); }
  Node after(State in_name) const;
  // The states that names from here are in.
  std::vector<State> inside_names(State names) const;
  // The node behind a usual name.
  std::optional<Node> usual(State names) const;
  // Where usual names lead in the end: a place that one of them leads back to.
  std::optional<State> globstar(State names) const;
  // Every path that goes on from `small` goes on from `big` too. May say no when it is too costly.
  bool includes(const Node& big, const Node& small) const;

 private:
  bool includes(State big, State small) const;

  const WordSet& set_;
  GlobKind kind_;
  FewBytes few_;
  uint8_t usual_byte_ = 'x';
  std::vector<bool> live_;
  std::vector<Bytes> class_bytes_;
  mutable std::unordered_map<uint32_t, std::vector<Step>> steps_;
  mutable std::unordered_map<uint64_t, bool> included_;
};

}  // namespace sbxc::automata
