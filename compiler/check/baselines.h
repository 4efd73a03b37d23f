// `assert within "FILE"`: this policy denies whatever FILE denies. Apart from `check`, for it needs
// the other policy, and who calls knows how to read one.
#pragma once

#include <functional>
#include <optional>

#include "compiler/diag/diagnostic.h"
#include "compiler/policy/policy.h"

namespace sbxc {

// The policy of `assertion.baseline`; nothing when it has errors, which are reported already.
using ReadBaseline = std::function<std::optional<Policy>(const Assertion& assertion)>;

void check_baselines(const Policy& policy, const ReadBaseline& read, Diagnostics& diagnostics);

}  // namespace sbxc
