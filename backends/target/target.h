// What every target has in common: how well it holds a rule, what it writes, and which emitted
// part came from which rule. A target is a function from a policy to `Lowered`; it writes no file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/policy/policy.h"

namespace sbxc {

enum class TargetName : uint8_t { seatbelt, bwrap, seccomp, proxy };
inline constexpr TargetName kTargets[] = {TargetName::seatbelt, TargetName::bwrap,
                                          TargetName::seccomp, TargetName::proxy};
std::string_view name_of(TargetName target);

// How a target holds one rule. Widened and impossible are errors unless the statement ends in
// `accept widened "why"`.
enum class Fidelity : uint8_t {
  exact,
  narrowed,    // allows less than the rule; `what` says what is lost
  widened,     // allows more than the rule
  impossible,  // cannot say it at all
  elsewhere,   // another part holds it (the proxy holds host names for Seatbelt); `what` names it
  absent,      // the rule does not exist on this target's system (law 13)
};
std::string_view name_of(Fidelity fidelity);

// Parts beside the artifact that must be running for the verdict to be true.
enum class Need : uint8_t { broker, landlock, proxy, launcher };
std::string_view name_of(Need need);

struct RuleVerdict {
  RuleId rule{};
  Fidelity fidelity = Fidelity::exact;
  std::vector<Need> needs{};
  std::string what{};     // what is lost, gained, or who holds it instead; one clause, lower case
  std::string witness{};  // for narrowed, widened, impossible: one request that shows it
  std::string help{};     // how to write the policy so that it can be held
};

struct Artifact {
  std::string file;  // `profile.sb`, `plan.json`, `filter.x86_64.bpf`
  std::string bytes;
};

// One emitted place and the rules it came from. `where` is a line number for text, an instruction
// index for seccomp, an entry index for the proxy's table, a step index for the plan.
struct MapEntry {
  std::string file;
  uint32_t where = 0;
  std::vector<RuleId> rules;
};

struct Lowered {
  TargetName target{};
  std::vector<Artifact> artifacts;
  std::vector<RuleVerdict> verdicts;  // one for each rule of the policy, in rule order
  std::vector<MapEntry> map;
  std::vector<Diagnostic> diagnostics{};  // of the target as a whole: a limit, a budget
};

// Reports an SBX5xxx diagnostic for every widened or impossible rule that was not accepted.
void report_verdicts(const Policy& policy, const Lowered& lowered, Diagnostics& diagnostics);

// Reports `accept widened` on statements that every target holds. Says nothing unless all targets
// were compiled, for the acceptance may be meant for one that is missing.
void report_unused_acceptances(const Policy& policy, const std::vector<Lowered>& lowered,
                               Diagnostics& diagnostics);

// The row of docs/backends.md: what a target does with an operation, as data.
struct Capability {
  TargetName target;
  Operation operation;
  Fidelity usual;        // the best it can do
  std::string_view how;  // one line for the table
};

}  // namespace sbxc
