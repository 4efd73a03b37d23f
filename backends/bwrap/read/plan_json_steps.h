// The steps of plan.json. For plan_json.cc alone.
#pragma once

#include "backends/bwrap/read/plan.h"
#include "backends/bwrap/read/strict_json.h"

namespace sbxc::bwrap_read {

RuleId rule_of(uint64_t number, size_t rules, const StrictObject& from);
Step step_of(const Json& json, size_t index, size_t rules, Complaint& complaint);

}  // namespace sbxc::bwrap_read
