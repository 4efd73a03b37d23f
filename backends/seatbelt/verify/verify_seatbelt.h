// Whether a profile that was written answers as the policy says, for every request: read back by a
// reader that shares nothing with what wrote it. What is compared, and what is taken for granted of
// macOS, is in docs/seatbelt-reader.md.
#pragma once

#include <string_view>
#include <vector>

#include "backends/target/verification.h"
#include "compiler/automata/determinise.h"

namespace sbxc {

struct SeatbeltVerifyOptions {
  automata::Budget budget{};
};

// `verdicts` are those that were declared when the profile was made, as in manifest.json.
Verification verify_seatbelt(const Policy& policy, std::string_view profile,
                             const std::vector<RuleVerdict>& verdicts,
                             const SeatbeltVerifyOptions& options = {});

}  // namespace sbxc
