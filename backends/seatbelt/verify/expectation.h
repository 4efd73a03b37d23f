// What a faithful profile may answer, for every path: what it has to allow, what it has to deny,
// and where either is right. Made from the policy's decisions and the laws, one automaton for each
// family of Seatbelt's operations.
#pragma once

#include <optional>

#include "backends/seatbelt/verify/name_sets.h"
#include "compiler/decisions/decisions.h"

namespace sbxc::seatbelt_verify {

inline constexpr automata::Label kMustAllow{1};
inline constexpr automata::Label kMustDeny{2};
inline constexpr automata::Label kEither{3};

// Families of operations that are decided alike.
enum class Family : uint8_t {
  reading,     // file-read-data, file-read-xattr, file-clone
  looking_up,  // file-read-metadata, file-test-existence (law 7)
  changing,    // file-write-data, -mode, -owner …
  linking,     // file-link: a second name is writing the first
  making,      // file-write-create
  making_directory,
  removing,  // file-write-unlink, which a rename needs too
  removing_directory,
  running,     // process-exec*, process-exec-interpreter
  connecting,  // network-*, by path
};

class Expectations {
 public:
  // `policy` as it is spelt on macOS; it has to outlive this.
  static Budgeted<Expectations> of(const Policy& policy, const automata::Budget& budget);

  Budgeted<automata::Dfa> for_family(Family family) const;

 private:
  Expectations() = default;

  automata::Budget budget_;
  automata::Dfa read_ = automata::Dfa::constant(automata::kOutside);
  automata::Dfa write_ = read_;
  automata::Dfa exec_ = read_;
  automata::Dfa socket_ = read_;
  automata::Dfa above_ = read_;    // label 1: a directory that may be looked up
  automata::Dfa alike_ = read_;    // Sets::likeness
  automata::Dfa writing_ = read_;  // Sets::writing, of what may be written
};

}  // namespace sbxc::seatbelt_verify
