// Paths as macOS compares them. `/tmp`, `/var`, `/etc` and `/home` are links there, and what the
// kernel asks about is the place behind them: patterns that start with a link speak of that place,
// and a path below a link is never asked about (docs/formats.md, profile.sb, Paths).
#pragma once

#include "compiler/automata/dfa.h"
#include "compiler/policy/policy.h"

namespace sbxc::seatbelt_verify {

// The policy with its path and socket patterns spelt so. Rules keep their ids.
Policy as_spelt_on_macos(const Policy& policy);
// Canonical paths that macOS asks about: none below a link.
const automata::Dfa& macos_paths();
// Label 1 for the links themselves, 2 for every other path.
const automata::Dfa& link_paths();

}  // namespace sbxc::seatbelt_verify
