// A file of this machine that a unit of a policy holds, for patterns about places that the suite
// must not write.
#pragma once

#include <optional>
#include <string>

#include "compiler/analysis/rule_unit.h"

namespace sbxc {

// A regular file with something in it, at its canonical path; few directories are looked at.
std::optional<std::string> existing_file(const Policy& policy, const RuleUnit& unit);

// The program that writes its working directory, if the unit holds it.
std::optional<std::string> existing_program(const Policy& policy, const RuleUnit& unit);

}  // namespace sbxc
