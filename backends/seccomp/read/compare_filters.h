// Two filters held against each other for every call there is. Shares its parts with the proof of a
// filter (verify_seccomp.h), knows no policy, and reads any filter that the kernel would take.
//
// An answer that leaves a call to a supervisor (a notification, a tracer) stands between making it
// and refusing it. Two ways to refuse are told apart, and neither is wider.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/seccomp/read/filter_program.h"
#include "compiler/policy/policy.h"

namespace sbxc::bpf {

// allow: the call is made; ask: somebody else decides; deny: it is refused.
Effect effect_of(const Answer& answer);

struct ChangedCall {
  uint32_t arch = 0;  // AUDIT_ARCH_*
  uint32_t number = 0;
  std::string call;  // `ioctl`, `call 463`
  std::string when;  // ` when argument 1 is 0x5412`, or empty
  Outcome before;    // decided_by: the instruction that decides
  Outcome after;
};

struct FilterChanges {
  std::vector<ChangedCall> calls;  // by architecture, then number; one for each class of calls
  size_t more = 0;                 // that are left out
  std::optional<std::string> not_decided;
};

FilterChanges compare_filters(const Program& before, const Program& after);

// `x86_64`, `aarch64`, or the number in hexadecimal.
std::string name_of_arch(uint32_t audit_arch);

}  // namespace sbxc::bpf
