// Verification of artifacts against the policy, target by target, and what is said of it. The
// readers are in backends/*; this is the one place that knows them all.
#pragma once

#include <string>
#include <vector>

#include "backends/target/verification.h"
#include "compiler/driver/load.h"

namespace sbxc::driver {

// Reads the artifacts of each target back. Proxies are verified on both systems.
std::vector<Verification> verify_targets(const Policy& policy, const std::vector<Lowered>& lowered);

bool all_hold(const std::vector<Verification>& verifications);
// Some proof was not finished, and none failed: unknown, not wrong.
bool only_undecided(const std::vector<Verification>& verifications);

// A line for each target, then every disagreement with its witness, policy line and emitted line.
std::string verification_text(const Policy& policy, const Sources& sources,
                              const std::vector<Verification>& verifications);
std::string verification_json(const Policy& policy, const Sources& sources,
                              const std::vector<Verification>& verifications);

}  // namespace sbxc::driver
