// The boundaries of a policy, put to the model of a profile.
#pragma once

#include <vector>

#include "backends/seatbelt/model/seatbelt_model.h"
#include "backends/target/target.h"
#include "compiler/policy_probes/policy_outcomes.h"

namespace sbxc::driver {

// `spelt` is the policy as the model spells it, `verdicts` what the target said of its rules.
PolicyOutcomes model_rules(const Policy& spelt, const Sources& sources, const SeatbeltModel& model,
                           const std::vector<RuleVerdict>& verdicts, const Stand& stand);

}  // namespace sbxc::driver
