// The tests of the policy, on every system where their lines exist. A line with `because` also
// names the reason of a rule that must be among those that decide: a test that passes for another
// reason would go on passing when the rule it is about is gone.
#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>

#include "compiler/check/findings.h"
#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

class LineCheck {
 public:
  LineCheck(const Policy& policy, const Test& test, const TestLine& line)
      : policy_(policy), test_(test), line_(line) {}

  void run(Diagnostics& diagnostics) {
    for (const Os os : kSystems) {
      if (line_.os.has(os)) run_on(os);
    }
    if (wrong_.linux || wrong_.macos) {
      Diagnostic d{.kind = Kind::test_failed, .span = line_.span, .message = {}};
      d.message = fmt::format("the test \"{}\" fails{}: `{}` is {}", printable(test_.name),
                              on_systems(wrong_, line_.os), sentence(line_.expected, line_.request),
                              verdict_text());
      explain(policy_, decision_, d);
      diagnostics.report(std::move(d));
    } else if (other_reason_.linux || other_reason_.macos) {
      Diagnostic d{.kind = Kind::test_passes_for_another_reason, .span = line_.span, .message = {}};
      d.message = fmt::format("the test \"{}\" passes for another reason{} than \"{}\"",
                              printable(test_.name), on_systems(other_reason_, line_.os),
                              printable(*line_.because));
      explain(policy_, decision_, d);
      d.help = "give the reason of the rule that should decide, letter by letter";
      diagnostics.report(std::move(d));
    }
  }

 private:
  std::string verdict_text() const {
    switch (decision_.verdict) {
      case Effect::allow:
        return "allowed";
      case Effect::ask:
        return "asked about";
      case Effect::deny:
        return "denied";
    }
    return {};
  }

  void run_on(Os os) {
    const Decision decision = decide(policy_, os, line_.request);
    OsSet* failed = nullptr;
    if (decision.verdict != line_.expected) {
      failed = &wrong_;
    } else if (line_.because && !has_reason(decision)) {
      failed = &other_reason_;
    }
    if (failed == nullptr) return;
    if (failed == &wrong_ || !(wrong_.linux || wrong_.macos)) decision_ = decision;
    insert(*failed, os);
  }

  bool has_reason(const Decision& decision) const {
    return std::any_of(decision.deciding.begin(), decision.deciding.end(),
                       [&](RuleId id) { return policy_.rule(id).because == *line_.because; });
  }

  const Policy& policy_;
  const Test& test_;
  const TestLine& line_;
  OsSet wrong_{.linux = false, .macos = false};
  OsSet other_reason_{.linux = false, .macos = false};
  Decision decision_;
};

}  // namespace

void check_tests(const Policy& policy, Diagnostics& diagnostics) {
  std::unordered_map<std::string_view, const Test*> by_name;
  for (const Test& test : policy.tests) {
    if (test.lines.empty()) {
      diagnostics.report(
          {.kind = Kind::empty_test,
           .span = test.span,
           .message = fmt::format("the test \"{}\" tests nothing", printable(test.name)),
           .help = "add a line: `allow read …` or `deny write …`"});
    }
    const auto [known, fresh] = by_name.emplace(test.name, &test);
    if (!fresh) {
      diagnostics.report(
          {.kind = Kind::test_named_twice,
           .span = test.span,
           .message = fmt::format("two tests are called \"{}\"", printable(test.name)),
           .labels = {{known->second->span, "the other one"}},
           .help = "say what is special about this one"});
    }
    for (const TestLine& line : test.lines) LineCheck(policy, test, line).run(diagnostics);
  }
}

}  // namespace sbxc
