// The automaton over the names of paths says of each path what decide() says of it.
#include "backends/seatbelt/verify/policy_paths.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/automata/domains.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/random_policy.h"

namespace sbxc::paths {
namespace {

std::vector<std::string> all_paths(size_t length) {
  std::vector<std::string> out;
  std::vector<std::string> of_length{""};
  for (size_t size = 1; size <= length; ++size) {
    std::vector<std::string> longer;
    for (const std::string& word : of_length) {
      for (const char c : {'/', 'a', 'b', 'A'}) longer.push_back(word + c);
    }
    of_length = std::move(longer);
    for (const std::string& word : of_length) {
      if (automata::canonical_paths().decide(word) != automata::kOutside) out.push_back(word);
    }
  }
  return out;
}

RC_GTEST_PROP(PolicyPaths, SayWhatDecideSaysOfEveryShortPath, ()) {
  static const std::vector<std::string> kPaths = all_paths(6);
  const testing::RandomPolicy random = *testing::random_policy();
  const Policy policy = random.policy();
  for (const Operation operation : {Operation::read, Operation::write, Operation::exec}) {
    Languages languages;
    const PolicyPaths rules(policy, Os::macos, operation, languages);
    const auto space = PathSpace::of(languages.nfa, {});
    RC_ASSERT(space.has_value());
    const auto decided = rules.decide(*space, {});
    RC_ASSERT(decided.has_value());
    for (const std::string& path : kPaths) {
      const Effect says = decide(policy, Os::macos, {operation, path}).verdict;
      if (decided->decide(space->classes_of(path)) == label_of(says)) continue;
      RC_LOG() << path;
      RC_FAIL("the automaton and decide() differ");
    }
  }
}

// Without forgetting what is settled these make two million states.
TEST(PolicyPaths, SixteenTreesOfNamesAreFewStates) {
  Policy policy;
  Rule rule;
  rule.effect = Effect::allow;
  rule.operation = Operation::read;
  for (char c = 'a'; c < 'q'; ++c) {
    rule.patterns.push_back(terse_pattern(Operation::read, std::string("/a/**/") + c + "/**"));
  }
  add_rule(policy, std::move(rule));
  Languages languages;
  const PolicyPaths rules(policy, Os::macos, Operation::read, languages);
  const auto space = PathSpace::of(languages.nfa, {});
  ASSERT_TRUE(space);
  const auto decided = rules.decide(*space, {.states = 10});
  ASSERT_TRUE(decided);
  EXPECT_EQ(decided->size(), 4U);  // outside, in /a, allowed for good; and the root
}

}  // namespace
}  // namespace sbxc::paths
