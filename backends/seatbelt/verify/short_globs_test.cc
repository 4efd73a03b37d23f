// Every glob up to five atoms against every canonical path up to six bytes: the reference matcher
// and the profile that is emitted and read back say the same.
// compiler/decisions and backends/path_table hold the other forms of a glob to the same reference.
#include <gtest/gtest.h>

#include <memory>

#include "backends/seatbelt/evaluated_profile.h"
#include "backends/seatbelt/verify/profile_decisions.h"
#include "compiler/automata/domains.h"
#include "compiler/pattern/short_globs_for_test.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc::sbpl {
namespace {

using short_globs::Form;

std::vector<Form> profile_read_back(const std::vector<PathPattern>& globs) {
  Policy policy;
  sbxc::Rule rule = terse_rule("allow read /");
  rule.patterns.assign(globs.begin(), globs.end());
  add_rule(policy, std::move(rule));
  const auto evaluated =
      std::make_shared<seatbelt::EvaluatedProfile>(seatbelt::EvaluatedProfile::of(policy));
  const auto decided =
      decisions_of(evaluated->profile, {.operation = find_operation("file-read-data").value(),
                                        .subject = "path",
                                        .rest = {.vnode_type = "REGULAR-FILE"},
                                        .domain = &automata::canonical_paths()});
  EXPECT_TRUE(decided.has_value());
  if (!decided) return {};
  const auto dfa = std::make_shared<automata::Dfa>(*decided);
  // Some as single requests, so that the automaton is not alone in saying so.
  return {
      {.name = "profile, all requests at once",
       .holds = [dfa](const std::string& path) { return dfa->decide(path) == kAllows; }},
      {.name = "profile, one request",
       .holds = [evaluated](
                    const std::string& path) { return evaluated->allows("file-read-data", path); },
       .every = 1999}};
}

// By the first atom, so that they can run side by side.
class ShortGlobs : public ::testing::TestWithParam<std::string> {};

TEST_P(ShortGlobs, ReadBackFromAProfileAreThoseOfTheReference) {  // L5
  short_globs::hold_to_reference(GetParam(), profile_read_back);
}
INSTANTIATE_TEST_SUITE_P(ByFirstAtom, ShortGlobs, ::testing::ValuesIn(short_globs::kFirstAtoms),
                         [](const auto& param) { return "First" + std::to_string(param.index); });

}  // namespace
}  // namespace sbxc::sbpl
