// Sets of paths that the laws single out beside what a policy decides of each path by itself: names
// that a case-insensitive volume takes for a denied one, and directories whose move would carry
// something denied out of its rule (law 8). Made from the policy alone.
#pragma once

#include <cstdint>

#include "compiler/automata/determinise.h"
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
  // A directory above what a rule allows, or excepts from a deny, whether or not that is allowed in
  // the end: it may be looked up.
  above_allowed = 64,
};

// Label of the automaton: the sum of the sets plus 1.
constexpr bool has(automata::Label label, NameSet set) {
  const uint32_t sets = static_cast<uint32_t>(label) - 1;
  return label != automata::kOutside && (sets & static_cast<uint32_t>(set)) != 0;
}

// Which sets an automaton tells apart.
enum class Sets : uint8_t {
  likeness,  // like_a_denied
  writing,   // all but above_allowed
  lookups,   // above_allowed
};

// `policy` as it is spelt on macOS. Within `domain` only: what is denied by itself needs no sets.
automata::Bounded<automata::Dfa> name_sets_of(const Policy& policy, Sets sets,
                                              const automata::Dfa& domain,
                                              const automata::Budget& budget);

}  // namespace sbxc::seatbelt_verify
