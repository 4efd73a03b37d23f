// A run's plan for a person, and for programs (docs/formats.md): what `sbxc run --dry-run` prints
// on macOS.
#pragma once

#include <string>

#include "runtime/seatbelt_plan/seatbelt_plan.h"

namespace sbxc::seatbelt {

std::string plan_text(const RunPlan& plan);
std::string plan_json(const RunPlan& plan);

}  // namespace sbxc::seatbelt
