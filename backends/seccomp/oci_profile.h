// The same answers as an OCI seccomp profile (the `linux.seccomp` object of the runtime
// specification), for container runtimes that build their own filter.
#pragma once

#include <functional>
#include <string>

#include "backends/seccomp/call_verdicts.h"

namespace sbxc::seccomp {

struct OciProfile {
  std::string json;
  std::vector<std::vector<RuleId>> rules;  // by position in `syscalls`
};

// `places` names the source lines of rules, for the `comment` of an entry.
OciProfile write_oci_profile(const std::vector<CallVerdict>& verdicts,
                             const std::function<std::string(const std::vector<RuleId>&)>& places);

}  // namespace sbxc::seccomp
