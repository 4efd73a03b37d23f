// A filter as a person reads it: each instruction, what it means, which calls leave the search
// there with which answer, and the source lines of the rules that decided so.
#pragma once

#include <string>

#include "backends/seccomp/call_verdicts.h"
#include "backends/seccomp/instruction.h"
#include "compiler/source/source.h"

namespace sbxc::seccomp {

// The rules that decided anything about the calls in the range, their facets included; sorted.
std::vector<RuleId> rules_of(const NumberRange& range, Arch arch,
                             const std::vector<CallVerdict>& verdicts);

std::string list_filter(const Filter& filter, const std::vector<CallVerdict>& verdicts,
                        const Policy& policy, const Sources& sources);

}  // namespace sbxc::seccomp
