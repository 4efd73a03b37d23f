// What one would write into a policy so that a denied request is allowed: text to paste, found by
// the rules that decided, and no wider than the request itself.
#pragma once

#include <string>
#include <vector>

#include "compiler/policy/decide.h"

namespace sbxc::driver {

// In the order to write them; empty when the request is allowed. For paths, sockets and hosts.
// `written`: how the request is spelled in a pattern, where its own text is not what a person would
// write.
std::vector<std::string> allowing_statements(const Policy& policy, const Sources& sources, Os os,
                                             const Request& request, std::string written = {});

}  // namespace sbxc::driver
