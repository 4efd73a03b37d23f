// Assertions, as far as concrete requests and pairs of patterns go. A sample that breaks one is a
// witness. A pattern that matches only a few requests is decided by asking about each. For the rest
// there are two simple proofs:
//   never   each allow or ask rule that touches the pattern is covered by a deny rule, there or
//   whole always  one allow rule covers the pattern, and no deny or ask rule touches it
// What neither settles is reported as not proved: that is not an error, and not a promise.
#include <fmt/core.h>

#include <algorithm>

#include "compiler/check/findings.h"
#include "compiler/check/samples.h"
#include "compiler/diag/printable.h"
#include "compiler/policy/overlap.h"

namespace sbxc {

namespace {

// Whether a rule on `spoken` takes part in the verdict about `asked` (law 4).
bool denies(Operation spoken, Operation asked) {
  return spoken == asked ||
         (spoken == Operation::read && (asked == Operation::write || asked == Operation::exec));
}
bool allows(Operation spoken, Operation asked) {
  return spoken == asked || (spoken == Operation::write && asked == Operation::read);
}

bool touches(const std::vector<Pattern>& patterns, const Pattern& pattern) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const Pattern& p) { return overlap(p, pattern); });
}

class Prover {
 public:
  Prover(const Policy& policy, Os os, const Assertion& assertion)
      : policy_(policy), os_(os), operation_(assertion.operation), except_(assertion.except) {}

  bool never(const Pattern& pattern) const {
    return std::all_of(policy_.rules.begin(), policy_.rules.end(), [&](const Rule& rule) {
      if (!in_force(rule) || rule.effect == Effect::deny) return true;
      if (!allows(rule.operation, operation_)) return true;
      return std::all_of(rule.patterns.begin(), rule.patterns.end(), [&](const Pattern& allowed) {
        return !overlap(allowed, pattern) || is_denied(pattern, allowed) ||
               covers(rule.except, pattern) || covers(except_, allowed) || covers(except_, pattern);
      });
    });
  }

  // A facet of a system call needs its call: what is complete is decided by samples, not here.
  bool always(const Pattern& pattern) const {
    if (operation_ == Operation::syscall) return false;
    const bool blocked =
        std::any_of(policy_.rules.begin(), policy_.rules.end(), [&](const Rule& rule) {
          return in_force(rule) && rule.effect != Effect::allow &&
                 denies(rule.operation, operation_) && touches(rule.patterns, pattern);
        });
    return !blocked && is_granted(pattern, operation_) &&
           (operation_ != Operation::exec || is_granted(pattern, Operation::read));
  }

 private:
  bool in_force(const Rule& rule) const { return rule.os.has(os_); }

  // Everything that both patterns match is denied by one rule.
  bool is_denied(const Pattern& asked, const Pattern& allowed) const {
    return std::any_of(policy_.rules.begin(), policy_.rules.end(), [&](const Rule& rule) {
      if (!in_force(rule) || rule.effect != Effect::deny) return false;
      if (!denies(rule.operation, operation_)) return false;
      if (!covers(rule.patterns, asked) && !covers(rule.patterns, allowed)) return false;
      return std::all_of(rule.except.begin(), rule.except.end(), [&](const Pattern& except) {
        return !overlap(except, asked) || !overlap(except, allowed) || covers(except_, except);
      });
    });
  }

  bool is_granted(const Pattern& pattern, Operation operation) const {
    return std::any_of(policy_.rules.begin(), policy_.rules.end(), [&](const Rule& rule) {
      return in_force(rule) && rule.effect == Effect::allow && allows(rule.operation, operation) &&
             covers(rule.patterns, pattern) && !touches(rule.except, pattern);
    });
  }

  const Policy& policy_;
  Os os_;
  Operation operation_;
  const std::vector<Pattern>& except_;
};

class AssertionCheck {
 public:
  AssertionCheck(const Policy& policy, const Assertion& assertion, Diagnostics& diagnostics)
      : policy_(policy), assertion_(assertion), diagnostics_(diagnostics) {}

  void run() {
    for (const Pattern& pattern : assertion_.patterns) {
      const Samples samples = samples_of(policy_, assertion_.operation, pattern);
      OsSet violated{.linux = false, .macos = false};
      OsSet open = violated;
      for (const Os os : kSystems) {
        if (!assertion_.os.has(os)) continue;
        if (find_witness(samples, os)) {
          insert(violated, os);
        } else if (!samples.complete && !is_proved(pattern, os)) {
          insert(open, os);
        }
      }
      if (violated.linux || violated.macos) {
        report_violated(pattern, samples, violated);
      } else if (open.linux || open.macos) {
        report_not_proved(pattern, open);
      }
    }
  }

 private:
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

  const Request* find_witness(const Samples& samples, Os os) const {
    for (const Request& request : samples.requests) {
      if (!holds(decide(policy_, os, request).verdict) && !is_excepted(request)) return &request;
    }
    return nullptr;
  }

  bool is_proved(const Pattern& pattern, Os os) const {
    const Prover prover(policy_, os, assertion_);
    return assertion_.kind == AssertKind::never ? prover.never(pattern) : prover.always(pattern);
  }

  void report_violated(const Pattern& pattern, const Samples& samples, OsSet where) {
    const Os os = where.linux ? Os::linux : Os::macos;
    const Request& request = *find_witness(samples, os);
    const Decision decision = decide(policy_, os, request);
    Diagnostic d{.kind = Kind::assertion_violated, .span = span_of(pattern), .message = {}};
    d.message =
        fmt::format("{} does not hold{}", sentence_of(pattern), on_systems(where, assertion_.os));
    d.witness = sentence(decision.verdict, request);
    explain(policy_, decision, d);
    diagnostics_.report(std::move(d));
  }

  void report_not_proved(const Pattern& pattern, OsSet where) {
    diagnostics_.report({.kind = Kind::assertion_not_proved,
                         .span = span_of(pattern),
                         .message = fmt::format("{} is not proved{}", sentence_of(pattern),
                                                on_systems(where, assertion_.os)),
                         .help = "no request was found that breaks it; assert it of single paths "
                                 "or hosts, or let one rule cover the whole pattern"});
  }

  const Policy& policy_;
  const Assertion& assertion_;
  Diagnostics& diagnostics_;
};

// A policy is within itself; more than that needs all requests at once.
void check_within(const Policy& policy, const Assertion& assertion, Diagnostics& diagnostics) {
  const auto baseline = std::find_if(
      policy.inputs.begin(), policy.inputs.end(),
      [&](const Input& input) { return !input.built_in && input.name == assertion.baseline; });
  const bool same = baseline != policy.inputs.end() && !policy.inputs.empty() &&
                    baseline->sha256 == policy.inputs.front().sha256;
  if (same) return;
  diagnostics.report({.kind = Kind::within_not_proved,
                      .span = assertion.span,
                      .message = fmt::format("whether the policy stays within `{}` is not proved",
                                             printable(assertion.baseline)),
                      .help = "this version of sbxc compares no whole policies yet; `use` the "
                              "baseline to have its deny rules in force"});
}

}  // namespace

void check_assertions(const Policy& policy, Diagnostics& diagnostics) {
  for (const Assertion& assertion : policy.assertions) {
    if (assertion.kind == AssertKind::within) {
      check_within(policy, assertion, diagnostics);
    } else {
      AssertionCheck(policy, assertion, diagnostics).run();
    }
  }
}

}  // namespace sbxc
