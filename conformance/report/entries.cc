// The first of these that is so decides: it escaped or is what the gate fails on; it holds no
// longer what it held in the baseline; an expectation is stale; it is in doubt; it is skipped.
#include "conformance/report/entries.h"

#include <fmt/core.h>

#include "conformance/report/words.h"

namespace sbxc::conform {

namespace {

Entry entry_for_the_run(std::string type, std::string message, Came came) {
  return {.id = type,
          .name = "the run: " + type,
          .category = "the run",
          .came = came,
          .type = std::move(type),
          .message = std::move(message)};
}

std::string worse_words(const VerdictChange& change, const Report& report) {
  return fmt::format("{} in `{}`, {} here", name_of(change.before),
                     printable(report.compared->baseline), name_of(change.now));
}

void judge_entry(Entry& entry, const Report& report) {
  const ProbeOutcome& outcome = *entry.outcome;
  const VerdictKind kind = kind_of(outcome.verdict);
  entry.type = name_of(kind);
  entry.message = printable(detail_of(outcome.verdict));
  if (const VerdictChange* worse = worse_than_before(report.compared, outcome.probe.id)) {
    entry.came = Came::failed;
    entry.message += "; " + worse_words(*worse, report);
    if (kind != VerdictKind::escaped) entry.type = "worse-than-baseline";
  } else if (const auto stale = stale_expectation(outcome, report.run)) {
    entry.came = Came::failed;
    entry.type = "stale-expectation";
    entry.message = *stale;
  } else if (expected_escape(outcome, report.run)) {
    entry.came = Came::excused;
    entry.message =
        fmt::format("expected until {}: {}; {}", printable(outcome.expected_failure->until),
                    printable(outcome.expected_failure->reason), entry.message);
  } else if (report.fail_on.test(static_cast<size_t>(kind))) {
    entry.came = Came::failed;
  } else if (doubtful(kind)) {
    entry.came = Came::in_doubt;
  } else if (kind == VerdictKind::skipped) {
    entry.came = Came::skipped;
  } else {
    entry.came = Came::passed;
  }
}

}  // namespace

std::vector<Entry> entries_of(const Report& report) {
  std::vector<Entry> entries;
  for (const ProbeOutcome& outcome : report.run.outcomes) {
    const std::string id = printable(outcome.probe.id);
    Entry entry{.outcome = &outcome,
                .id = id,
                .name = id + " " + printable(outcome.probe.title),
                .category = printable(outcome.probe.category)};
    judge_entry(entry, report);
    entries.push_back(std::move(entry));
  }
  if (report.compared != nullptr) {
    for (const std::string& missing : report.compared->missing) {
      Entry entry = entry_for_the_run(
          "missing",
          fmt::format("held in `{}`, and is not here", printable(report.compared->baseline)),
          Came::failed);
      entry.id = printable(missing);
      entry.name = entry.id + " is missing";
      entries.push_back(std::move(entry));
    }
  }
  if (report.run.interrupted) {
    entries.push_back(entry_for_the_run(
        "interrupted", "it was interrupted before every probe had its turn", Came::in_doubt));
  }
  if (report.judgement.standing == Standing::ran_nothing) {
    entries.push_back(entry_for_the_run("ran-nothing", "no attempt was made", Came::in_doubt));
  }
  return entries;
}

std::vector<Detail> details_of(const ProbeOutcome& outcome) {
  const Probe& probe = outcome.probe;
  std::vector<Detail> all = {{"verdict", fmt::format("{}: {}", name_of(kind_of(outcome.verdict)),
                                                     printable(detail_of(outcome.verdict)))},
                             {"priority", fmt::format("P{}", probe.priority)},
                             {"evidence", printable(probe.evidence)}};
  if (!probe.about.empty()) {
    std::string requests;
    for (const std::string& each : probe.about) {
      requests += (requests.empty() ? "" : "; ") + printable(each);
    }
    all.push_back({probe.must_work ? "allowed" : "denied", requests});
  }
  if (probe.rule) {
    all.push_back({"rule", fmt::format("{}:{}", printable(probe.rule->file), probe.rule->line)});
  }
  if (outcome.control) {
    all.push_back(
        {"outside",
         fmt::format("{}: {}", outcome.control->showed_evidence ? "succeeds" : "shows nothing",
                     printable(outcome.control->detail))});
  }
  if (outcome.expected_failure) {
    all.push_back(
        {"expected", fmt::format("until {}: {}", printable(outcome.expected_failure->until),
                                 printable(outcome.expected_failure->reason))});
  }
  all.push_back({"reference", printable(probe.reference)});
  if (!outcome.said.empty()) all.push_back({"said", printable_lines(outcome.said)});
  return all;
}

}  // namespace sbxc::conform
