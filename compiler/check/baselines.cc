#include "compiler/check/baselines.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/analysis/assertions.h"
#include "compiler/analysis/over_budget.h"
#include "compiler/check/findings.h"
#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

constexpr automata::Budget kBudget{.states = 50'000};
constexpr size_t kRulesShown = 3;

class BaselineCheck {
 public:
  BaselineCheck(const Policy& policy, const Policy& baseline, const Assertion& assertion,
                Diagnostics& diagnostics)
      : policy_(policy),
        baseline_(baseline),
        assertion_(assertion),
        diagnostics_(diagnostics),
        own_(policy, kBudget),
        bound_(baseline, kBudget) {}

  void run() {
    for (const Os os : kSystems) {
      if (!assertion_.os.has(os)) continue;
      auto all = beyond(own_, bound_, os);
      if (!all) {
        report_not_proved(all.error());
        return;
      }
      for (const Beyond& one : *all) {
        const auto known = std::find_if(found_.begin(), found_.end(), [&](const Found& other) {
          return other.beyond.operation == one.operation;
        });
        if (known != found_.end()) {
          insert(known->systems, os);
        } else {
          OsSet systems{.linux = false, .macos = false};
          insert(systems, os);
          found_.push_back({one, os, systems});
        }
      }
    }
    for (const Found& found : found_) report(found);
  }

 private:
  struct Found {
    Beyond beyond;
    Os os;
    OsSet systems;
  };

  void report(const Found& found) {
    const Request& witness = found.beyond.witness;
    const Decision decision = decide(policy_, found.os, witness);
    Diagnostic d{.kind = Kind::beyond_baseline, .span = assertion_.span, .message = {}};
    d.message = fmt::format("the policy goes beyond `{}` in `{}`{}", printable(assertion_.baseline),
                            name_of(witness.operation), on_systems(found.systems, assertion_.os));
    d.witness = sentence(decision.verdict, witness);
    explain(policy_, decision, d);
    const Decision bound = decide(baseline_, found.os, witness);
    for (size_t i = 0; i < std::min(bound.deciding.size(), kRulesShown); ++i) {
      d.labels.push_back({baseline_.rule(bound.deciding[i]).head, "the baseline denies it here"});
    }
    if (bound.deciding.empty()) d.notes.emplace_back("no rule of the baseline allows it");
    if (!found.beyond.patterns.globs.empty()) {
      d.notes.push_back(fmt::format("beyond the baseline: {}",
                                    printable(automata::in_words(found.beyond.patterns))));
    }
    diagnostics_.report(std::move(d));
  }

  void report_not_proved(const OverBudget& over) {
    Diagnostic d{.kind = Kind::within_not_proved, .span = assertion_.span, .message = {}};
    d.message = fmt::format("whether the policy stays within `{}` is not proved",
                            printable(assertion_.baseline));
    const auto& own = own_.of(Os::linux, over.operation);
    blame(own ? baseline_ : policy_, over, d);
    diagnostics_.report(std::move(d));
  }

  const Policy& policy_;
  const Policy& baseline_;
  const Assertion& assertion_;
  Diagnostics& diagnostics_;
  Systems own_;
  Systems bound_;
  std::vector<Found> found_;
};

}  // namespace

void check_baselines(const Policy& policy, const ReadBaseline& read, Diagnostics& diagnostics) {
  for (const Assertion& assertion : policy.assertions) {
    if (assertion.kind != AssertKind::within) continue;
    const std::optional<Policy> baseline = read(assertion);
    if (baseline) BaselineCheck(policy, *baseline, assertion, diagnostics).run();
  }
}

}  // namespace sbxc
