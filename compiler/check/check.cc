// Everything is proved or found by asking `decide` about concrete requests, or by comparing two
// patterns. What would need all requests at once (whether many rules together cover one) is left
// to the automata.
#include "compiler/check/check.h"

#include <fmt/core.h>

#include "compiler/check/findings.h"

namespace sbxc {

namespace {

// Work that is done at most, in comparisons of two patterns: some seconds. Only a policy made to be
// slow gets there.
constexpr size_t kMaxComparisons = 4'000'000;

struct Size {
  size_t patterns = 0;      // of all rules
  size_t own_patterns = 0;  // of the policy's own rules, with their exceptions
  size_t asserted = 0;
};

Size size_of(const Policy& policy) {
  Size size;
  for (const Rule& rule : policy.rules) {
    size.patterns += rule.patterns.size() + rule.except.size();
    if (is_own(rule)) size.own_patterns += rule.patterns.size() * (1 + rule.except.size());
  }
  for (const Assertion& assertion : policy.assertions) size.asserted += assertion.patterns.size();
  return size;
}

bool within(size_t a, size_t b, size_t limit) { return a == 0 || b <= limit / a; }

}  // namespace

void check(const Policy& policy, Diagnostics& diagnostics, const Outside& outside) {
  const Size size = size_of(policy);
  check_tests(policy, diagnostics);
  if (within(size.own_patterns + size.asserted, size.patterns, kMaxComparisons)) {
    check_assertions(policy, diagnostics);
    check_dead_rules(policy, diagnostics);
    check_exec_rules(policy, diagnostics);
    check_write_and_exec(policy, diagnostics);
  } else {
    diagnostics.report(
        {.kind = Kind::not_compared,
         .span = {},
         .message = "the policy has too many patterns to compare each with each",
         .help = kListFileHelp,
         .notes = {"assertions are not proved, and rules without effect are not reported"}});
  }
  check_repeats(policy, diagnostics);
  check_start(policy, diagnostics);
  check_aliases(policy, diagnostics);
  check_dangers(policy, outside, diagnostics);
  check_broad_grants(policy, diagnostics);
  diagnostics.sort();
}

}  // namespace sbxc
