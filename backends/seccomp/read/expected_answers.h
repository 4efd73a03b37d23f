// What a filter has to answer to a call, from the policy's decisions and docs/formats.md alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/seccomp/read/reached_tests.h"
#include "compiler/policy/decide.h"

namespace sbxc::bpf {

enum class Wanted : uint8_t {
  allowed,
  eperm,
  enosys,
  eperm_or_enosys,  // of a number that no call has
  killed,           // the process
};
bool fits(const Answer& answer, Wanted wanted);
std::string_view describe(Wanted wanted);

struct Expected {
  Wanted wanted{};
  std::string witness;  // the request that the call makes: `ioctl:TIOCSTI`
  Effect policy_says{};
  std::vector<RuleId> rules;  // that decide it
  // The policy allows the call by itself, and the filter has to refuse it all the same: what the
  // call would open (`clone3` all of `clone:newuser`, a unix socket all of `socket`).
  std::optional<Request> opens;
};

// The tests of arguments that tell the facets of a call apart.
void add_facet_tests(SyscallId call, ReachedTests& tests);

class ExpectedAnswers {
 public:
  explicit ExpectedAnswers(const Policy& policy);

  // To the call that `words` are, by a filter that is loaded for `arch`.
  Expected of(Arch arch, const Words& words) const;
  // The tests of arguments on which of() depends when the number is known.
  static void add_tests(Arch arch, uint32_t number, ReachedTests& tests);
  // The tests of the number itself.
  static void add_number_tests(Arch arch, ReachedTests& tests);

  // Whether the filter is what holds the operation: it does when nothing of it is allowed.
  bool holds_all_of(Operation operation) const;

 private:
  Expected of_call(SyscallId call, const Words& words) const;
  std::optional<Request> opened_by(SyscallId request) const;
  const Decision& decision(SyscallId id) const { return decisions_[static_cast<size_t>(id)]; }

  std::vector<Decision> decisions_;  // by SyscallId
  bool some_socket_ = false;
  bool some_network_ = false;
  std::optional<SyscallId> denied_namespace_;  // a facet that clone3 would be a way round
};

}  // namespace sbxc::bpf
