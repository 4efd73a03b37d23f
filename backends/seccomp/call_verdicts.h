// What the filter answers to each call and facet of the tables, and why: the policy's own verdict,
// then what the filter refuses beyond it.
#pragma once

#include <string_view>
#include <vector>

#include "backends/seccomp/program.h"
#include "compiler/policy/policy.h"

namespace sbxc::seccomp {

struct CallVerdict {
  bool policy_allows = false;
  bool filter_allows = false;
  Answer refusal = kRefuse;      // when the filter does not allow it
  std::vector<RuleId> rules;     // that decided; empty when no rule speaks of it
  std::string_view narrowed_by;  // why the filter refuses what the policy allows
};

// By SyscallId. Linux rules only.
std::vector<CallVerdict> judge_calls(const Policy& policy);

// Of a call, its refused facets included; the same on every architecture.
Behaviour behaviour_of(SyscallId call, const std::vector<CallVerdict>& verdicts);

SyscallProgram program_for(Arch arch, const std::vector<CallVerdict>& verdicts);

}  // namespace sbxc::seccomp
