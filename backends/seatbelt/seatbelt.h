// The Seatbelt target: a policy as an SBPL profile for macOS, written on any host.
//
// What it stands on (docs/formats.md, section profile.sb, says more):
//   - every decision is made by one fixed set of operations, so that a rule of a child operation
//   never
//     overrules one of its parent by accident;
//   - within an operation, filtered rules are read from the last: allows first, then denies;
//   - what `(deny default)` does not reach is denied by name;
//   - directories above a denied path are pinned, so that it cannot be moved out of its rule.
#pragma once

#include <cstddef>
#include <span>

#include "backends/target/target.h"

namespace sbxc {

struct SeatbeltOptions {
  // What the compiled profile may weigh: a larger one is refused by the system as a whole.
  size_t max_compiled_bytes = 65535;
};

Lowered lower_seatbelt(const Policy& policy, const Sources& sources,
                       const SeatbeltOptions& options);

std::span<const Capability> seatbelt_capabilities();

}  // namespace sbxc
