// Two ways of deciding compared for every request: is one wider, by what, and which rules are the
// reason. Everything is exact; where the comparison itself grows over its budget that is the
// result, never `equivalent`.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "compiler/automata/globs_of.h"
#include "compiler/decisions/decisions.h"

namespace sbxc {

// Of what comes after to what was before. Allow is wider than ask, and ask than deny.
enum class Relation : uint8_t { equivalent, narrower, wider, incomparable };
std::string_view name_of(Relation relation);

struct Witness {
  Request request;
  Effect before{};
  Effect after{};
  std::vector<RuleId> rules_before{};  // that decide it, where that side is a policy
  std::vector<RuleId> rules_after{};
};

// The requests that got a wider verdict, or those that got a narrower one.
struct Change {
  std::vector<Witness> witnesses{};       // shortest first; none when nothing changed
  automata::GlobSet patterns{};           // for words and hosts; of system calls their names
  std::optional<double> log2_requests{};  // of words up to automata::kCountedLength

  bool empty() const { return witnesses.empty(); }
};

struct Comparison {
  Operation operation{};
  Relation relation{};
  Change gained{};
  Change lost{};
};

struct CompareOptions {
  size_t witnesses = 3;
  bool describe = true;  // patterns and counts; witnesses there are always
  automata::Budget budget{.states = 400'000};
};

Budgeted<Comparison> compare(Operation operation, const Decided& before, const Decided& after,
                             const CompareOptions& options = {});

// Every operation; the rules of witnesses are filled in.
Budgeted<std::vector<Comparison>> compare(const Decisions& before, const Decisions& after,
                                          const CompareOptions& options = {});

// Fills in the rules of one side, by `decide`.
enum class Side : bool { before, after };
void attribute(Comparison& comparison, const Policy& policy, Os os, Side side);

}  // namespace sbxc
