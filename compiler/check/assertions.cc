// Assertions of `never` and `always`, proved for every request. Single requests are tried first: a
// sample that breaks one is a witness that a person recognises. Where none does, the automaton of
// the pattern is compared with that of the policy, which gives a proof or a witness. A comparison
// that grows over its budget is reported as not proved: that is no error, and not a promise.
//
// `within` is in baselines.cc.
#include "compiler/analysis/assertions.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/analysis/over_budget.h"
#include "compiler/check/findings.h"
#include "compiler/check/samples.h"
#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

// Enough for every policy that is not made to be slow; a second or so to spend.
constexpr automata::Budget kBudget{.states = 50'000};

class AssertionCheck {
 public:
  AssertionCheck(Systems& systems, const Assertion& assertion, Diagnostics& diagnostics)
      : systems_(systems),
        policy_(systems.policy()),
        assertion_(assertion),
        diagnostics_(diagnostics) {}

  void run() {
    for (const Pattern& pattern : assertion_.patterns) {
      std::optional<Found> found;
      std::optional<OverBudget> over;
      OsSet violated{.linux = false, .macos = false};
      OsSet open = violated;
      const Samples samples = samples_of(policy_, assertion_.operation, pattern);
      for (const Os os : kSystems) {
        if (!assertion_.os.has(os)) continue;
        auto witness = find_witness(pattern, samples, os);
        if (!witness) {
          insert(open, os);
          over = witness.error();
        } else if (*witness) {
          insert(violated, os);
          if (!found) found = Found{std::move(**witness), os};
        }
      }
      if (found) {
        report_violated(pattern, *found, violated);
      } else if (over) {
        report_not_proved(pattern, *over, open);
      }
    }
  }

 private:
  struct Found {
    Request request;
    Os os;
  };

  std::string sentence_of(const Pattern& pattern) const {
    return fmt::format("`assert {} {} {}`",
                       assertion_.kind == AssertKind::never ? "never" : "always",
                       name_of(assertion_.operation), printable(written(pattern)));
  }

  bool holds(Effect verdict) const {
    return verdict == (assertion_.kind == AssertKind::never ? Effect::deny : Effect::allow);
  }

  bool is_excepted(const Request& request) const {
    Rule given_up;
    given_up.operation = assertion_.operation;
    given_up.patterns = assertion_.except;
    return applies(policy_, given_up, request);
  }

  Budgeted<std::optional<Request>> find_witness(const Pattern& pattern, const Samples& samples,
                                                Os os) const {
    for (const Request& request : samples.requests) {
      if (!holds(decide(policy_, os, request).verdict) && !is_excepted(request)) return request;
    }
    if (samples.complete) return std::optional<Request>();
    return counterexample(systems_, os, assertion_, pattern);
  }

  void report_violated(const Pattern& pattern, const Found& found, OsSet where) {
    const Decision decision = decide(policy_, found.os, found.request);
    Diagnostic d{.kind = Kind::assertion_violated, .span = span_of(pattern), .message = {}};
    d.message =
        fmt::format("{} does not hold{}", sentence_of(pattern), on_systems(where, assertion_.os));
    d.witness = sentence(decision.verdict, found.request);
    explain(policy_, decision, d);
    diagnostics_.report(std::move(d));
  }

  void report_not_proved(const Pattern& pattern, const OverBudget& over, OsSet where) {
    Diagnostic d{.kind = Kind::assertion_not_proved, .span = span_of(pattern), .message = {}};
    d.message =
        fmt::format("{} is not proved{}", sentence_of(pattern), on_systems(where, assertion_.os));
    blame(policy_, over, d);
    d.notes.emplace_back("no request was found that breaks it");
    diagnostics_.report(std::move(d));
  }

  Systems& systems_;
  const Policy& policy_;
  const Assertion& assertion_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_assertions(const Policy& policy, Diagnostics& diagnostics) {
  Systems systems(policy, kBudget);
  for (const Assertion& assertion : policy.assertions) {
    if (assertion.kind == AssertKind::within) continue;
    AssertionCheck(systems, assertion, diagnostics).run();
  }
}

}  // namespace sbxc
