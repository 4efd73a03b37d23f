// Three things are refused although `syscall` rules allow them:
//
// - `clone3`, unless every namespace may be made: its flags are behind a pointer that a filter
// cannot
//   follow, so it would be a way round `clone:newuser`. It is answered ENOSYS, on which every C
//   library falls back to clone, whose flags are in a register.
// - unix sockets, and the datagram pairs that reach any unix socket by sendto, when no `socket`
// rule
//   allows one: then every address is denied, and refusing the family holds that without a mount.
// - IPv4 and IPv6 sockets when nothing allows `connect` or `listen` (law 12).
//
// A refused call answers EPERM. Calls that programs try first and have an older form for answer
// ENOSYS instead, as a kernel that does not have them.
#include "backends/seccomp/call_verdicts.h"

#include <algorithm>
#include <array>

namespace sbxc::seccomp {

namespace {

constexpr std::array<std::string_view, 12> kHaveAnOlderForm = {
    "clone3", "close_range", "epoll_pwait2", "faccessat2", "fchmodat2", "futex_waitv",
    "mseal",  "openat2",     "pidfd_open",   "rseq",       "statx",     "cachestat"};

SyscallId id_of_call(std::string_view name) {
  return *syscall_named(name);  // INVARIANT: asked for names of the table only
}

size_t index(SyscallId id) { return static_cast<size_t>(id); }

const SyscallPattern& calls_of(const Pattern& pattern) { return std::get<SyscallPattern>(pattern); }

// The calls a rule speaks of: its patterns less its exceptions (law 3).
std::vector<bool> spoken_of(const Rule& rule) {
  std::vector<bool> calls(all_syscalls().size(), false);
  for (const Pattern& pattern : rule.patterns) {
    for (const SyscallId id : calls_of(pattern).calls) calls[index(id)] = true;
  }
  for (const Pattern& pattern : rule.except) {
    for (const SyscallId id : calls_of(pattern).calls) calls[index(id)] = false;
  }
  return calls;
}

struct RulesOfCall {
  std::vector<RuleId> allow;
  std::vector<RuleId> deny;  // `ask` too: nobody can be asked about a system call
};

std::vector<RulesOfCall> rules_by_call(const Policy& policy) {
  std::vector<RulesOfCall> by_call(all_syscalls().size());
  for (const Rule& rule : policy.rules) {
    if (rule.operation != Operation::syscall || !rule.os.linux) continue;
    const std::vector<bool> calls = spoken_of(rule);
    for (size_t i = 0; i < calls.size(); ++i) {
      if (!calls[i]) continue;
      (rule.effect == Effect::allow ? by_call[i].allow : by_call[i].deny).push_back(rule.id);
    }
  }
  return by_call;
}

CallVerdict own_verdict(const RulesOfCall& rules) {
  CallVerdict verdict;
  verdict.policy_allows = rules.deny.empty() && !rules.allow.empty();
  verdict.rules = verdict.policy_allows ? rules.allow : rules.deny;
  return verdict;
}

bool allows_any(const Policy& policy, Operation operation) {
  return std::any_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) {
    return rule.operation == operation && rule.os.linux && rule.effect != Effect::deny;
  });
}

void narrow(std::vector<CallVerdict>& verdicts, std::string_view call, std::string_view why) {
  CallVerdict& verdict = verdicts[index(id_of_call(call))];
  if (!verdict.filter_allows) return;
  verdict.filter_allows = false;
  verdict.narrowed_by = why;
}

bool may_make_every_namespace(const std::vector<CallVerdict>& verdicts) {
  for (const std::string_view call : {"clone", "unshare"}) {
    const SyscallId id = id_of_call(call);
    if (!verdicts[index(id)].filter_allows) return false;
    const auto facets = facets_of(id);
    const bool all = std::all_of(facets.begin(), facets.end(), [&](SyscallId facet) {
      return verdicts[index(facet)].filter_allows;
    });
    if (!all) return false;
  }
  return true;
}

void narrow_all(const Policy& policy, std::vector<CallVerdict>& verdicts) {
  if (!may_make_every_namespace(verdicts)) {
    narrow(verdicts, "clone3",
           "`clone3` answers ENOSYS so that programs use `clone`: its flags are behind a pointer, "
           "and the policy does not allow every namespace");
  }
  if (!allows_any(policy, Operation::socket)) {
    for (const std::string_view facet : {"socket:unix", "socketpair:dgram"}) {
      narrow(verdicts, facet, "unix sockets are refused: no `socket` rule allows one");
    }
  }
  if (!allows_any(policy, Operation::connect) && !allows_any(policy, Operation::listen)) {
    for (const std::string_view facet : {"socket:inet", "socket:inet6"}) {
      narrow(verdicts, facet,
             "IPv4 and IPv6 sockets are refused: no `connect` or `listen` rule allows one");
    }
  }
}

ArgTest arg_test(const FacetTest& facet, Compare compare, uint32_t value) {
  return {facet.argument, compare, facet.mask, value};
}

// The conditions under which all of a facet's tests hold, as alternatives.
std::vector<std::vector<ArgTest>> alternatives(const Syscall& facet) {
  std::vector<std::vector<ArgTest>> result(1);
  for (const FacetTest& test : facet.tests) {
    std::vector<std::vector<ArgTest>> longer;
    for (const std::vector<ArgTest>& so_far : result) {
      if (test.match == FacetMatch::one_of) {
        for (const uint32_t value : test.values()) {
          longer.push_back(so_far);
          longer.back().push_back(arg_test(test, Compare::equal, value));
        }
        continue;
      }
      longer.push_back(so_far);
      if (test.match == FacetMatch::any_bit) {
        longer.back().push_back(arg_test(test, Compare::any_bit, 0));
      }
      for (const uint32_t value : test.values()) {
        longer.back().push_back(arg_test(test, Compare::not_equal, value));
      }
    }
    result = std::move(longer);
  }
  return result;
}

}  // namespace

std::vector<CallVerdict> judge_calls(const Policy& policy) {
  const std::vector<RulesOfCall> rules = rules_by_call(policy);
  std::vector<CallVerdict> verdicts;
  const auto calls = all_syscalls();
  for (size_t i = 0; i < calls.size(); ++i) {
    CallVerdict verdict = own_verdict(rules[i]);
    if (calls[i].base) {  // INVARIANT: a facet stands after its call
      const CallVerdict& base = verdicts[index(*calls[i].base)];
      if (!base.policy_allows) verdict = base;  // a facet needs its call
    }
    verdict.filter_allows = verdict.policy_allows;
    verdicts.push_back(std::move(verdict));
  }
  for (const std::string_view call : kHaveAnOlderForm) {
    verdicts[index(id_of_call(call))].refusal = kNotImplemented;
  }
  narrow_all(policy, verdicts);
  return verdicts;
}

Behaviour behaviour_of(SyscallId call, const std::vector<CallVerdict>& verdicts) {
  const CallVerdict& verdict = verdicts[index(call)];
  if (!verdict.filter_allows) return {{}, verdict.refusal};
  Behaviour behaviour{{}, kAllow};
  for (const SyscallId facet : facets_of(call)) {
    const CallVerdict& facet_verdict = verdicts[index(facet)];
    if (facet_verdict.filter_allows) continue;
    for (std::vector<ArgTest>& tests : alternatives(syscall(facet))) {
      behaviour.clauses.push_back({std::move(tests), facet_verdict.refusal});
    }
  }
  return behaviour;
}

SyscallProgram program_for(Arch arch, const std::vector<CallVerdict>& verdicts) {
  SyscallProgram program;
  program.arch = arch;
  const auto calls = all_syscalls();
  for (size_t i = 0; i < calls.size(); ++i) {
    const int32_t number = calls[i].number(arch);
    if (number < 0 || calls[i].base) continue;
    const SyscallId id{static_cast<uint16_t>(i)};
    program.numbers[static_cast<uint32_t>(number)] = behaviour_of(id, verdicts);
  }
  return program;
}

}  // namespace sbxc::seccomp
