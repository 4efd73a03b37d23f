// What changed between two policies: every operation on both systems, one answer where the systems
// say the same, and the settings. The forms that people and programs read are made from this
// (difference_text.h, difference_markdown.h, difference_json.h, difference_sarif.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/decisions/compare.h"

namespace sbxc::report {

struct OperationChange {
  OsSet on;
  Comparison comparison;
  // log2 of the number of requests that are not denied; none for hosts. See log2_requests. Where
  // two systems are told as one, those of Linux.
  std::optional<double> bits_before{};
  std::optional<double> bits_after{};
};

struct SettingChange {
  std::string name;  // `limit memory`, `set env CI`
  OsSet on;
  // Of limits: more is wider, none is widest. Another value of a variable is incomparable.
  Relation relation{};
  std::string before{};  // empty: not set
  std::string after{};
  std::optional<Span> at_before{};
  std::optional<Span> at_after{};
};

struct Difference {
  std::vector<OperationChange> operations;  // in the order of kOperations, those that did not
                                            // change too
  std::vector<SettingChange> settings;      // those that changed

  // Of everything together.
  Relation relation() const;
};

struct DifferenceOverBudget {
  OverBudget over;
  Side side{};
};
tl::expected<Difference, DifferenceOverBudget> difference_of(const Policy& before,
                                                             const Policy& after,
                                                             const automata::Budget& budget = {});

// One of the two policies, with what it takes to point at its lines.
struct DifferenceSide {
  const Policy& policy;
  const Sources& sources;
  std::string name;  // as the user named it
};

// The rules that decide the witnesses on one side, in source order.
std::vector<RuleId> responsible(const Change& change, Side side);
// A few witnesses, such that those left out are decided by the same rules if possible.
std::vector<const Witness*> telling_witnesses(const Change& change, size_t at_most);

enum class FailOn { widened, narrowed, any, none };
bool fails(Relation relation, FailOn level);

}  // namespace sbxc::report
