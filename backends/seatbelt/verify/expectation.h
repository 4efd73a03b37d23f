// What a faithful profile may answer, for every path: what it has to allow, what it has to deny,
// and where either is right. Made from the policy's decisions and the laws, one automaton for each
// family of Seatbelt's operations.
#pragma once

#include <array>
#include <optional>

#include "backends/seatbelt/verify/mac_spelling.h"
#include "backends/seatbelt/verify/name_sets.h"
#include "backends/seatbelt/verify/policy_paths.h"
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
inline constexpr size_t kFamilies = 10;

class Expectations {
 public:
  // `policy` as it is spelt on macOS; it has to outlive this. Adds its patterns.
  Expectations(const Policy& policy, paths::Languages& languages);

  // One automaton for each family. `space` has to be that of the languages.
  Budgeted<bool> decide(const paths::PathSpace& space, const automata::Budget& budget);
  const paths::PathDfa& of(Family family) const { return *by_family_[static_cast<size_t>(family)]; }

 private:
  class Deciding;

  paths::PolicyPaths read_;
  paths::PolicyPaths write_;
  paths::PolicyPaths exec_;
  paths::PolicyPaths socket_;
  Policy denials_;  // as they would be allowed
  paths::PolicyPaths denied_reading_;
  NameSets sets_;
  LinkPaths links_;
  std::array<std::optional<paths::PathDfa>, kFamilies> by_family_;
};

}  // namespace sbxc::seatbelt_verify
