// What a policy decides on one system, for every request of an operation at once: exactly what
// `decide` says of each. Words (paths, sockets, names) have a minimal automaton whose labels are
// verdicts (`effect_of`), hosts a HostSpace, system calls a list.
//
// Other things that decide requests, artifacts read back among them, make the same values and are
// compared the same way (compare.h).
#pragma once

#include <array>
#include <memory>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "compiler/automata/determinise.h"
#include "compiler/decisions/host_space.h"
#include "compiler/decisions/rule_marks.h"
#include "compiler/policy/decide.h"

namespace sbxc {

// By SyscallId, facets included.
struct SyscallSpace {
  std::vector<automata::Label> labels;
  bool operator==(const SyscallSpace&) const = default;
};

using Decided = std::variant<automata::Dfa, HostSpace, SyscallSpace>;

// The budget was spent on an operation. `rules` are the two whose patterns multiply each other, one
// where it does so alone, none where two whole policies were compared.
struct OverBudget {
  Operation operation{};
  size_t states = 0;
  std::vector<RuleId> rules{};
};
template <typename T>
using Budgeted = tl::expected<T, OverBudget>;

// Of paths, sockets and names; hosts and system calls have no automaton.
bool is_about_words(Operation operation);

// The language of canonical requests of operations on words.
const automata::Dfa& domain_of(Operation operation);

Budgeted<Decided> decisions_of(const Policy& policy, Os os, Operation operation,
                               const automata::Budget& budget = {});

struct Decisions {
  const Policy* policy = nullptr;  // outlives this; what `by_operation` speaks of
  Os os{};
  std::vector<Decided> by_operation;  // in the order of kOperations

  const Decided& of(Operation operation) const {
    return by_operation[static_cast<size_t>(operation)];
  }
};
Budgeted<Decisions> decisions_of(const Policy& policy, Os os, const automata::Budget& budget = {});

// The label of a canonical request; kOutside for what is no request of the domain.
automata::Label label_of(const Decided& decided, const Request& request);

// Which rules match, for every request at once. Not every policy has one: where it grows over the
// budget or over RuleSets::kMost sets of rules, ask `applies` for single rules instead.
struct Provenance {
  Decided decided;  // its labels are those of `sets`
  std::shared_ptr<const RuleSets> sets;
};
struct NoProvenance {
  size_t states = 0;
};
tl::expected<Provenance, NoProvenance> provenance_of(const Policy& policy, Os os,
                                                     Operation operation,
                                                     const automata::Budget& budget = {});

}  // namespace sbxc
