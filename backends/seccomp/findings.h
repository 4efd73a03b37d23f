// What is odd about a policy as a filter although every rule can be held.
#pragma once

#include "backends/seccomp/call_verdicts.h"

namespace sbxc::seccomp {

std::vector<Diagnostic> find_oddities(const Policy& policy,
                                      const std::vector<CallVerdict>& verdicts);

}  // namespace sbxc::seccomp
