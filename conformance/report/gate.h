// What a run deserves: whether it held, failed, or cannot be believed. A failure is evidence, and
// goes before doubts about the rest; doubts go before "it held".
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/outcome.h"

namespace sbxc::conform {

using VerdictSet = std::bitset<kVerdictKinds.size()>;

struct Gate {
  // What fails a run beside failures that were expected and did not happen.
  VerdictSet fail_on = VerdictSet().set(static_cast<size_t>(VerdictKind::escaped));
};

// `escaped,hollow`, `none`; nothing where a word is no verdict, or one that is no fault.
std::optional<VerdictSet> verdict_set(std::string_view list);

enum class Standing : uint8_t {
  held,
  failed,
  not_believed,  // what must work does not, a control showed nothing, the run was interrupted …
  ran_nothing
};
std::string_view name_of(Standing standing);  // `held`, `not-believed`

struct Judgement {
  Standing standing{};
  std::vector<std::string> because;  // empty if it held: "2 attempts escaped"
};

struct Comparison;
Judgement judge(const Run& run, const Gate& gate, const Comparison* compared = nullptr);

// Why an entry of the list of expected failures has to go: it names what no longer fails, or its
// time is over. None: it stands, or there is none.
std::optional<std::string> stale_expectation(const ProbeOutcome& outcome, const Run& run);

// It escaped, and the list of expected failures says that it would.
bool expected_escape(const ProbeOutcome& outcome, const Run& run);

// Of an attempt that had its turn: what can be concluded is that it held.
inline bool holds(VerdictKind kind) {
  return kind == VerdictKind::blocked || kind == VerdictKind::works;
}
inline bool doubtful(VerdictKind kind) {
  return kind == VerdictKind::hollow || kind == VerdictKind::broken || kind == VerdictKind::timeout;
}

}  // namespace sbxc::conform
