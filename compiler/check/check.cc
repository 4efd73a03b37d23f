// Everything is proved or found by asking `decide` about concrete requests, or by comparing two
// patterns. What would need all requests at once (whether many rules together cover one) is left
// to the automata.
#include "compiler/check/check.h"

#include "compiler/check/findings.h"

namespace sbxc {

void check(const Policy& policy, Diagnostics& diagnostics) {
  check_tests(policy, diagnostics);
  check_assertions(policy, diagnostics);
  check_repeats(policy, diagnostics);
  check_dead_rules(policy, diagnostics);
  check_exec_rules(policy, diagnostics);
  check_start(policy, diagnostics);
  check_aliases(policy, diagnostics);
  check_dangers(policy, diagnostics);
  check_broad_grants(policy, diagnostics);
  diagnostics.sort();
}

}  // namespace sbxc
