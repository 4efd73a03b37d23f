// What changed between two policies: every operation on both systems, one answer where the systems
// say the same, and the settings. What reads artifacts back makes the same value of two of those,
// with the operations named in the artifact's own terms. The forms that people and programs read
// are made from this (difference_text.h, difference_markdown.h, difference_json.h,
// difference_sarif.h).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/decisions/compare.h"
#include "compiler/formats/sarif.h"

namespace sbxc::report {

struct OperationChange {
  OsSet on;
  Comparison comparison;
  std::string name{};    // `file-read-data`; empty: that of the comparison's operation
  bool depends = false;  // `ask` stands for a verdict that depends on what is not in the file
  // log2 of the number of requests that are not denied; none for hosts. See log2_requests. Where
  // two systems are told as one, those of Linux.
  std::optional<double> bits_before{};
  std::optional<double> bits_after{};
};

struct SettingChange {
  std::string name;  // `limit memory`, `set env CI`
  OsSet on;
  // Of limits: more is wider, none is widest. Another value of a variable is incomparable, another
  // way to refuse a call equivalent.
  Relation relation{};
  std::string before{};  // empty: not set
  std::string after{};
  std::optional<Span> at_before{};
  std::optional<Span> at_after{};
};

// An operation about which one side does not say enough.
struct Uncompared {
  std::string name;
  OsSet on;
  std::string why;
};

struct Difference {
  std::vector<OperationChange> operations;  // in the order of kOperations, those that did not
                                            // change too
  std::vector<SettingChange> settings;      // those that changed
  std::vector<Uncompared> uncompared{};     // never of two policies

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

struct LinePlace : SarifPlace {
  LineColumn in_bytes{1, 1};  // where it begins; the columns of SARIF are characters
};

// What decides a request, as people and programs are shown it.
struct DecidingRule {
  Effect effect{};
  std::string operation;
  std::string statement;  // the first line of it, as written
  LinePlace at{};
  std::string place;      // `old.sbx:4:1`, and where it was used from
  std::string because{};  // as given; may be shown by the statement already
};

// One of the two, with what it takes to point at its lines.
struct DifferenceSide {
  std::string name;                             // as the user named it
  std::function<DecidingRule(RuleId)> rule{};   // none: nothing in it can be pointed at
  std::function<LinePlace(Span)> setting_at{};  // of what a SettingChange points at
};
// `policy` and `sources` outlive the result.
DifferenceSide side_of(const Policy& policy, const Sources& sources, std::string name);

// The rules that decide the witnesses on one side, in source order.
std::vector<RuleId> responsible(const Change& change, Side side);
// A few witnesses, such that those left out are decided by the same rules if possible.
std::vector<const Witness*> telling_witnesses(const Change& change, size_t at_most);

enum class FailOn { widened, narrowed, any, none };
bool fails(Relation relation, FailOn level);

}  // namespace sbxc::report
