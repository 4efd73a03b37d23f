// For code scanning, which shows results beside lines: an escape points at the rule of the policy
// that it is about, or at the policy, or at nothing of the checkout where there is none. What
// cannot be believed is no result but a notice on the run, which then did not succeed.
// Code scanning takes one log a category: policies and sandboxes have categories of their own.
#include "compiler/formats/sarif.h"

#include <fmt/core.h>

#include <algorithm>

#include "conformance/report/entries.h"
#include "conformance/report/words.h"

namespace sbxc::conform {

namespace {

using report::SarifLog;
using report::SarifNotice;
using report::SarifPlace;
using report::SarifResult;
using report::SarifRule;

Severity severity_of(const Entry& entry) {
  if (entry.came == Came::excused) return Severity::note;
  if (entry.outcome == nullptr || entry.outcome->probe.priority == 0) return Severity::error;
  return entry.outcome->probe.priority == 1 ? Severity::warning : Severity::note;
}

// Letters and digits with dashes between, as slugs are.
std::string slug_of(std::string_view title) {
  std::string slug;
  for (const char c : title) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    if (plain) {
      slug += c;
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug;
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

// Markdown in which nothing of the texts is markup.
std::string as_code(std::string_view text) {
  const std::string shown = printable(text);
  return shown.find('`') == std::string::npos ? "`" + shown + "`" : "`` " + shown + " ``";
}

SarifRule rule_of(const Entry& entry) {
  SarifRule rule{.id = entry.id,
                 .name = slug_of(entry.name),
                 .title = capitalised(entry.name),
                 .help = {},
                 .severity = severity_of(entry)};
  if (entry.outcome == nullptr) return rule;
  const Probe& probe = entry.outcome->probe;
  rule.name = slug_of(probe.title);
  rule.title = capitalised(printable(probe.title));
  rule.help =
      fmt::format("An attempt of {}, priority P{}: {}.\n\n{} the host sees {}.\n",
                  as_code(probe.category), probe.priority, as_code(probe.title),
                  probe.must_work ? "It works if" : "It escaped if", as_code(probe.evidence));
  for (const std::string& request : probe.about) {
    rule.help += fmt::format("\nOf the policy, {}: {}\n", demand_on(probe), as_code(request));
  }
  rule.help += fmt::format("\nReference: {}\n", as_code(probe.reference));
  return rule;
}

// A log without any place is refused by code scanning: a run without a policy points at the suite's
// own probe, by a scheme that no viewer opens.
SarifPlace place_of(const Entry& entry, const Run& run) {
  SarifPlace place{.file = run.policy.empty() ? "sbxc:conform/" + entry.id : run.policy};
  if (entry.outcome != nullptr && entry.outcome->probe.rule) {
    const Place& rule = *entry.outcome->probe.rule;
    place.file = rule.file;
    place.begin = place.end = {rule.line, 1};
  }
  place.end.column = place.begin.column + 1;
  return place;
}

std::string message_of(const Entry& entry, const Run& run) {
  return fmt::format("{}, in {} on {}: {}.", capitalised(entry.name), subject_of(run),
                     machine_of(run), entry.message);
}

void add_entry(SarifLog& log, const Entry& entry, const Run& run) {
  if (entry.came == Came::passed || entry.came == Came::skipped) return;
  const bool known = std::any_of(log.rules.begin(), log.rules.end(),
                                 [&](const SarifRule& rule) { return rule.id == entry.id; });
  if (!known) log.rules.push_back(rule_of(entry));
  if (entry.came == Came::in_doubt) {
    log.notices.push_back({entry.id, Severity::error, message_of(entry, run)});
    return;
  }
  SarifResult result{.rule = entry.id,
                     .severity = severity_of(entry),
                     .message = message_of(entry, run),
                     .at = place_of(entry, run)};
  result.fingerprint = entry.id + "/" + run.system;
  if (entry.came == Came::excused) {
    result.accepted_because = printable(entry.outcome->expected_failure->reason);
    result.accepted_outside = true;
  }
  log.results.push_back(std::move(result));
}

}  // namespace

std::string write_sarif(const Report& report) {
  SarifLog log{.version = report.run.suite_version, .rules = {}, .results = {}};
  log.succeeded =
      report.judgement.standing == Standing::held || report.judgement.standing == Standing::failed;
  const std::string policy = slug_of(report.run.policy);
  log.category = fmt::format("sbxc-conform/{}/{}{}/", slug_of(report.run.sandbox.name),
                             policy.empty() ? policy : policy + "/", report.run.system);
  for (const Entry& entry : entries_of(report)) add_entry(log, entry, report.run);
  log.succeeded = log.succeeded && log.notices.empty();
  return report::write_sarif(log);
}

}  // namespace sbxc::conform
