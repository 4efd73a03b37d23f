// Sets of requests of one operation, whatever they are made of: joined, asked for a few members,
// and put into the words of a policy. `Wanted` says which labels of a Decided make the set.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "compiler/automata/globs_of.h"
#include "compiler/automata/witness.h"
#include "compiler/decisions/decisions.h"

namespace sbxc {

// kMatched (matched.h) for what `patterns` hold and `except` does not, kUnmatched for the rest.
// `policy` has the lists that patterns name.
Budgeted<Decided> matches_of(const Policy& policy, Operation operation,
                             std::span<const Pattern> patterns,
                             std::span<const Pattern> except = {},
                             const automata::Budget& budget = {});

// Says of every request what `label` makes of the two; minimal again.
Budgeted<Decided> join(Operation operation, const Decided& a, const Decided& b,
                       const JoinLabels& label, const automata::Budget& budget = {});

bool is_empty(const Decided& decided, const automata::Wanted& wanted);

// Canonical requests, shortest first.
std::vector<Request> some_requests(Operation operation, const Decided& decided,
                                   const automata::Wanted& wanted, size_t count);

// As a person would write the set; of system calls all names.
automata::GlobSet patterns_of(Operation operation, const Decided& decided,
                              const automata::Wanted& wanted);

// log2 of the number of words up to automata::kCountedLength bytes, or of system calls. Hosts are
// not counted.
std::optional<double> log2_requests(const Decided& decided, const automata::Wanted& wanted);

}  // namespace sbxc
