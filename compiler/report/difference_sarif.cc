// A widening is a warning and a narrowing a note: what a person decides about them is not known
// here. Readers of SARIF need a place in the checkout; a change whose lines are gone from the new
// policy is shown at the old one's.
#include <fmt/format.h>

#include "compiler/diag/printable.h"
#include "compiler/report/difference_json.h"
#include "compiler/report/difference_words.h"

namespace sbxc::report {

namespace {

constexpr const char* kWidened = "SBXD1";
constexpr const char* kNarrowed = "SBXD2";
constexpr const char* kSetting = "SBXD3";
constexpr const char* kUncompared = "SBXD4";

std::vector<SarifRule> rules() {
  return {{.id = kWidened,
           .name = "policy-widened",
           .title = "the new policy allows what the old one did not",
           .help = "Each request of the set gets a wider verdict than before. Look at the lines.",
           .severity = Severity::warning},
          {.id = kNarrowed,
           .name = "policy-narrowed",
           .title = "the new policy no longer allows what the old one did",
           .help = "Each request of the set gets a stricter verdict than before.",
           .severity = Severity::note},
          {.id = kSetting,
           .name = "setting-changed",
           .title = "a limit or the value of a variable is another one",
           .help = "A limit that is larger or gone allows more.",
           .severity = Severity::warning},
          {.id = kUncompared,
           .name = "not-compared",
           .title = "one of the two does not say enough to be compared",
           .help = "What decides is not in the file, or is not understood. Nothing is known.",
           .severity = Severity::warning}};
}

void add_places(SarifResult& result, const Change& change, const DifferenceSide& side, Side which) {
  for (const RuleId id : responsible(change, which)) {
    SarifPlace place = side.rule(id).at;
    place.text = which == Side::before ? "decided before." : "decides now.";
    if (!result.at) {
      place.text.clear();
      result.at = std::move(place);
    } else {
      result.related.push_back(std::move(place));
    }
  }
}

// A place of the policy as a whole, for what no rule of it decides.
SarifPlace first_line(const DifferenceSide& side) {
  return {.file = side.name, .begin = {}, .end = {.line = 1, .column = 2}};
}

void add_result(SarifLog& log, const OperationChange& operation, const Change& change,
                Side gained_or_lost, const DifferenceSide& before, const DifferenceSide& after) {
  if (change.empty()) return;
  const bool gained = gained_or_lost == Side::after;
  SarifResult result{
      .rule = gained ? kWidened : kNarrowed,
      .severity = gained ? Severity::warning : Severity::note,
      .message = fmt::format("{}{}: {}: {}. For example `{}`.", name_of(operation),
                             on_system(operation.on), what_happened(operation, gained_or_lost),
                             printable(automata::in_words(change.patterns)),
                             printable(change.witnesses.front().request.text()))};
  add_places(result, change, after, Side::after);
  add_places(result, change, before, Side::before);
  if (!result.at) result.at = first_line(after);
  log.results.push_back(std::move(result));
}

void add_result(SarifLog& log, const SettingChange& change, const DifferenceSide& before,
                const DifferenceSide& after) {
  const auto value = [](const std::string& text) {
    return text.empty() ? std::string("not set") : "`" + printable(text) + "`";
  };
  SarifResult result{
      .rule = kSetting,
      .severity = change.relation == Relation::narrower ? Severity::note : Severity::warning,
      .message = fmt::format("`{}`{}: {}, was {}.", printable(change.name), on_system(change.on),
                             value(change.after), value(change.before))};
  if (change.at_after) result.at = after.setting_at(*change.at_after);
  if (change.at_before) {
    SarifPlace was = before.setting_at(*change.at_before);
    was.text = "was set here.";
    if (result.at) {
      result.related.push_back(std::move(was));
    } else {
      was.text.clear();
      result.at = std::move(was);
    }
  }
  log.results.push_back(std::move(result));
}

}  // namespace

SarifLog sarif_log_of(const Difference& difference, const DifferenceSide& before,
                      const DifferenceSide& after) {
  SarifLog log{.version = {}, .rules = rules(), .results = {}};
  for (const OperationChange& change : difference.operations) {
    add_result(log, change, change.comparison.gained, Side::after, before, after);
    add_result(log, change, change.comparison.lost, Side::before, before, after);
  }
  for (const SettingChange& change : difference.settings) {
    add_result(log, change, before, after);
  }
  for (const Uncompared& one : difference.uncompared) {
    log.results.push_back({.rule = kUncompared,
                           .severity = Severity::warning,
                           .message = fmt::format("{}{} is not compared: {}.", one.name,
                                                  on_system(one.on), printable(one.why)),
                           .at = first_line(after)});
  }
  return log;
}

}  // namespace sbxc::report
