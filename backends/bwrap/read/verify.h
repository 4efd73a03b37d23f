// Verifies a compiled bubblewrap plan: plan.json and plan.args are read back from their bytes and
// what they mean is compared with the policy for every path, variable and socket. See
// docs/verify.md for what that proves and what is taken for granted.
#pragma once

#include <string_view>
#include <vector>

#include "backends/bwrap/read/path_comparison.h"
#include "backends/target/verification.h"

namespace sbxc {

struct BwrapArtifacts {
  std::string_view plan_json;
  std::string_view plan_args;
};

struct BwrapVerifyOptions {
  // The machine that the plan was made for; null: this one, as it is now.
  const bwrap_read::FileFacts* facts = nullptr;
  bwrap_read::PathBudget budget{};
};

// `verdicts` are those that were declared when the plan was made, as in manifest.json.
Verification verify_bwrap(const Policy& policy, const BwrapArtifacts& artifacts,
                          const std::vector<RuleVerdict>& verdicts,
                          const BwrapVerifyOptions& options = {});

}  // namespace sbxc
