// Paths as macOS compares them. `/tmp`, `/var`, `/etc` and `/home` are links there, and what the
// kernel asks about is the place behind them: patterns that start with a link speak of that place,
// and a path below a link is never asked about (docs/formats.md, profile.sb, Paths).
#pragma once

#include "backends/seatbelt/verify/decide_paths.h"
#include "backends/seatbelt/verify/path_languages.h"
#include "compiler/policy/policy.h"

namespace sbxc::seatbelt_verify {

// The policy with its path and socket patterns spelt so. Rules keep their ids.
Policy as_spelt_on_macos(const Policy& policy);
// Whether macOS asks about a path: those below a link never come up.
inline constexpr automata::Label kAsked{1};
inline constexpr automata::Label kLink{2};  // asked, and a link itself

class LinkPaths {
 public:
  explicit LinkPaths(paths::Languages& languages);

  // Labels kAsked, kLink, and automata::kOutside below a link.
  automata::Bounded<paths::PathDfa> decide(const paths::PathSpace& space,
                                           const automata::Budget& budget) const;

 private:
  paths::Marks marks_;
  automata::NfaState start_{};
};

}  // namespace sbxc::seatbelt_verify
