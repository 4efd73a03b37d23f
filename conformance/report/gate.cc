// Only escapes can be expected. A control that shows nothing and a shell that does not start are no
// properties of a sandbox that a list could excuse.
#include "conformance/report/gate.h"

#include <fmt/core.h>

#include <algorithm>

#include "conformance/report/baseline.h"
#include "conformance/report/words.h"

namespace sbxc::conform {

namespace {

// `2026-01-31`. A version as `until` is for people: nothing here knows whose it is.
bool is_date(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-dd";
  if (text.size() != kShape.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !digit : text[i] != '-') return false;
  }
  return true;
}

std::string_view today(const Run& run) { return std::string_view(run.started).substr(0, 10); }

// "2 attempts escaped", "1 control outside showed nothing".
std::string told(VerdictKind kind, size_t count) {
  switch (kind) {
    case VerdictKind::blocked:
    case VerdictKind::works:
      return {};
    case VerdictKind::escaped:
      return counted(count, "attempt") + " escaped";
    case VerdictKind::hollow:
      return fmt::format("{} hollow: outside, where it has to succeed, it showed nothing",
                         counted(count, "attempt was", "attempts were"));
    case VerdictKind::broken:
      return counted(count, "probe") + " broken: what has to work does not, or it never started";
    case VerdictKind::skipped:
      return counted(count, "attempt was", "attempts were") + " skipped";
    case VerdictKind::timeout:
      return counted(count, "attempt") + " did not end in time";
  }
  return {};
}

struct Findings {
  std::vector<std::string> failures;
  std::vector<std::string> doubts;
};

void find_by_kind(const Run& run, const Gate& gate, Findings& found) {
  Totals totals = totals_of(run.outcomes);
  for (const ProbeOutcome& outcome : run.outcomes) {
    if (expected_escape(outcome, run)) --totals[static_cast<size_t>(VerdictKind::escaped)];
  }
  for (const VerdictKind kind : kVerdictKinds) {
    const size_t count = count_of(totals, kind);
    if (count == 0 || holds(kind)) continue;
    if (gate.fail_on.test(static_cast<size_t>(kind))) {
      found.failures.push_back(told(kind, count));
    } else if (doubtful(kind)) {
      found.doubts.push_back(told(kind, count));
    }
  }
}

// What must work is made in every run: alone it is enough where nothing else was asked for.
bool tried_something(const Run& run) {
  bool works = false;
  bool attempts = false;
  for (const ProbeOutcome& outcome : run.outcomes) {
    const bool had_its_turn = kind_of(outcome.verdict) != VerdictKind::skipped;
    if (!outcome.probe.must_work && had_its_turn) return true;
    attempts = attempts || !outcome.probe.must_work;
    works = works || had_its_turn;
  }
  return works && !attempts;
}

}  // namespace

std::optional<VerdictSet> verdict_set(std::string_view list) {
  VerdictSet set;
  if (list == "none") return set;
  for (size_t begin = 0; begin <= list.size();) {
    const size_t end = std::min(list.find(',', begin), list.size());
    const std::optional<VerdictKind> kind = verdict_kind(list.substr(begin, end - begin));
    if (!kind || holds(*kind)) return std::nullopt;
    set.set(static_cast<size_t>(*kind));
    begin = end + 1;
  }
  return set;
}

std::string_view name_of(Standing standing) {
  switch (standing) {
    case Standing::held:
      return "held";
    case Standing::failed:
      return "failed";
    case Standing::not_believed:
      return "not-believed";
    case Standing::ran_nothing:
      return "ran-nothing";
  }
  return {};
}

std::optional<std::string> stale_expectation(const ProbeOutcome& outcome, const Run& run) {
  if (!outcome.expected_failure) return std::nullopt;
  const VerdictKind kind = kind_of(outcome.verdict);
  if (holds(kind)) return "it is listed as an expected failure, and no longer fails";
  if (kind != VerdictKind::escaped) return std::nullopt;
  const std::string& until = outcome.expected_failure->until;
  if (is_date(until) && until < today(run)) {
    return fmt::format("it was expected to fail until {}", until);
  }
  return std::nullopt;
}

bool expected_escape(const ProbeOutcome& outcome, const Run& run) {
  return outcome.expected_failure && kind_of(outcome.verdict) == VerdictKind::escaped &&
         !stale_expectation(outcome, run);
}

Judgement judge(const Run& run, const Gate& gate, const Comparison* compared) {
  Findings found;
  find_by_kind(run, gate, found);
  for (const ProbeOutcome& outcome : run.outcomes) {
    if (const auto stale = stale_expectation(outcome, run)) {
      found.failures.push_back(fmt::format("{}: {}", outcome.probe.id, *stale));
    }
  }
  if (compared != nullptr && !compared->no_worse()) {
    found.failures.push_back(fmt::format(
        "{} in `{}`, and {} not here",
        counted(compared->worse.size() + compared->missing.size(), "probe held", "probes held"),
        printable(compared->baseline),
        compared->worse.size() + compared->missing.size() == 1 ? "does" : "do"));
  }
  if (run.interrupted) found.doubts.push_back("it was interrupted before every probe had its turn");
  Judgement judgement;
  judgement.because = found.failures;
  judgement.because.insert(judgement.because.end(), found.doubts.begin(), found.doubts.end());
  const bool tried = tried_something(run);
  if (!found.failures.empty()) {
    judgement.standing = Standing::failed;
  } else if (!found.doubts.empty()) {
    judgement.standing = Standing::not_believed;
  } else if (!tried) {
    judgement.standing = Standing::ran_nothing;
    judgement.because.push_back("no attempt was made");
  }
  return judgement;
}

}  // namespace sbxc::conform
