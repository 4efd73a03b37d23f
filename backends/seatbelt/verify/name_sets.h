// Sets of paths that the laws single out beside what a policy decides of each path by itself: names
// that a case-insensitive volume takes for a denied one, and directories whose move would carry
// something denied out of its rule (law 8). Made from the policy alone.
#pragma once

#include <cstdint>

#include "backends/seatbelt/verify/decide_paths.h"
#include "backends/seatbelt/verify/path_languages.h"
#include "compiler/policy/policy.h"

namespace sbxc::seatbelt_verify {

enum class NameSet : uint32_t {
  // May be taken for something that a rule denies or excepts: its ASCII letters are the same but
  // for case, or it has a byte outside ASCII, for what a volume folds that to is not modelled.
  like_a_denied = 1,
  // Its ASCII letters are those of something that a rule denies and does not except: must be
  // neither written nor made. Implies like_a_denied.
  respelt_denied = 2,
  // A directory above something denied, and named: must neither be made, moved nor removed.
  above_denied = 4,
  // The same in either case, wildcards included, and above what a rule excepts.
  like_above_denied = 8,
  // Named without what is below it, so taken for a file: no directory takes the name.
  named_as_file = 16,
  // A denied socket, which must not be moved or linked.
  denied_socket = 32,
  // A named directory above what a rule allows, or excepts from being read, whether or not that is
  // allowed in the end: it may be looked up.
  above_allowed = 64,
  // The same of directories that a `**` stands for: unless a rule denies them.
  passed_through = 128,
};

// Label of an automaton of sets: the sum of the sets plus 1.
constexpr bool has(automata::Label label, NameSet set) {
  const uint32_t sets = static_cast<uint32_t>(label) - 1;
  return label != automata::kOutside && (sets & static_cast<uint32_t>(set)) != 0;
}

class NameSets {
 public:
  // A mark for what rules deny; the next one is for what they except of that.
  struct Pair {
    NameSet set{};
    uint32_t mark = 0;
  };

  // `policy` as it is spelt on macOS. An origin is a rule's id.
  NameSets(const Policy& policy, paths::Languages& languages);

  // One set alone: its label, or that of none.
  automata::Bounded<paths::PathDfa> decide(const paths::PathSpace& space, NameSet set,
                                           const automata::Budget& budget) const;

 private:
  automata::Bounded<paths::PathDfa> without_exceptions(
      const paths::PathSpace& space, uint32_t pair,
      const std::function<automata::Label(bool)>& label, const automata::Budget& budget) const;

  paths::Marks marks_;
  std::vector<Pair> pairs_;
  std::vector<automata::NfaState> starts_;
};

}  // namespace sbxc::seatbelt_verify
