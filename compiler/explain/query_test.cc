#include "compiler/explain/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/explain/rules_about.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/random_policy.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

QueryAnswer answer(const Policy& policy, Operation operation,
                   std::initializer_list<const char*> within = {}, Os os = Os::linux) {
  std::vector<Pattern> patterns;
  for (const char* text : within) patterns.push_back(terse_pattern(operation, text));
  auto answered = query(policy, os, operation, patterns);
  if (!answered) throw std::runtime_error("over budget");
  return std::move(*answered);
}

TEST(Query, DescribesTheWholeSetAndItsRules) {
  const Policy policy = terse_policy(
      {"allow write /w/**", "deny write /w/.git/**", "deny write /etc/**", "allow read /usr/**"});
  const QueryAnswer found = answer(policy, Operation::write);
  ASSERT_EQ(found.sets.size(), 1U);
  EXPECT_THAT(found.sets[0].requests.patterns.globs, ElementsAre("/w/**"));
  EXPECT_THAT(found.sets[0].requests.patterns.except, ElementsAre("/w/.git/**"));
  EXPECT_THAT(found.granting, ElementsAre(RuleId{0}));
  EXPECT_THAT(found.taking_away, ElementsAre(RuleId{1}));  // /etc takes nothing from it
}

TEST(Query, StaysInsideTheQuestion) {
  const Policy policy =
      terse_policy({"allow write /w/**", "deny read /w/s/**", "allow write /t/**"});
  const QueryAnswer found = answer(policy, Operation::read, {"/w/s/**", "/t/a/**"});
  EXPECT_THAT(found.sets[0].requests.patterns.globs, ElementsAre("/t/a/**"));
  EXPECT_THAT(answer(policy, Operation::read, {"/x/**"}).granting, IsEmpty());
  EXPECT_TRUE(answer(policy, Operation::read, {"/x/**"}).sets[0].requests.empty());
}

TEST(Query, TellsQuestionsFromGrants) {
  const Policy policy = terse_policy({"allow connect a.com", "ask connect *.b.com",
                                      "deny connect x.b.com", "allow connect y.b.com"});
  const QueryAnswer found = answer(policy, Operation::connect);
  ASSERT_EQ(found.sets.size(), 2U);
  EXPECT_THAT(found.sets[0].requests.patterns.globs, ElementsAre("a.com"));
  EXPECT_EQ(found.sets[1].verdict, Effect::ask);
  EXPECT_THAT(found.sets[1].requests.patterns.globs, ElementsAre("*.b.com"));
  EXPECT_THAT(found.sets[1].requests.patterns.except, ElementsAre("x.b.com"));
}

TEST(Query, SpeaksInTheGlobsOfTheRulesWhereTheySayItAll) {
  const Policy policy =
      terse_policy({"allow write /w/**", "allow read /w/src/*.h", "allow read /u/**",
                    "deny read /**/.env", "deny write /**/.git/hooks/**", "deny read /x/**"});
  const QueryAnswer found = answer(policy, Operation::read);
  EXPECT_THAT(found.sets[0].requests.patterns.globs, ElementsAre("/w/**", "/u/**"));
  EXPECT_THAT(found.sets[0].requests.patterns.except, ElementsAre("/**/.env"));
  EXPECT_TRUE(found.sets[0].requests.patterns.complete);
}

TEST(Query, DoesNotTakeTheRootForOneOfItsEntries) {
  const Policy policy =
      terse_policy({"allow write /*", "allow read /a/? except /**", "allow read /"});
  const QueryAnswer found = answer(policy, Operation::read);
  EXPECT_THAT(found.sets[0].requests.patterns.globs, ::testing::UnorderedElementsAre("/", "/*"));
}

// Whatever is described as complete is the set, by the yardstick.
RC_GTEST_PROP(Query, CompleteDescriptionsAreTrue, ()) {
  const Policy policy = (*testing::random_policy()).policy();
  for (const Operation operation : {Operation::read, Operation::exec, Operation::env}) {
    const QueryAnswer found = answer(policy, operation);
    const auto& patterns = found.sets[0].requests.patterns;
    if (!patterns.complete || !patterns.also.empty()) continue;
    Policy described;
    Rule rule = terse_rule("allow read /");
    rule.operation = operation;
    rule.patterns.clear();
    for (const auto& glob : patterns.globs) rule.patterns.push_back(terse_pattern(operation, glob));
    for (const auto& glob : patterns.except) rule.except.push_back(terse_pattern(operation, glob));
    if (!rule.patterns.empty()) add_rule(described, rule);
    if (operation == Operation::exec) add_rule(described, terse_rule("allow read /**"));
    for (const Request& request : testing::all_requests()) {
      if (request.operation != operation) continue;
      const bool allowed = decide(policy, Os::linux, request).verdict == Effect::allow;
      RC_ASSERT((decide(described, Os::linux, request).verdict == Effect::allow) == allowed);
    }
  }
}

TEST(Query, EveryRequestHoldsEveryRequest) {
  for (const Request& request : testing::all_requests()) {
    Policy policy;
    Rule rule;
    rule.effect = Effect::allow;
    rule.operation = request.operation;
    rule.patterns = every_request(request.operation);
    EXPECT_TRUE(applies(policy, rule, request)) << request.text();
  }
}

}  // namespace
}  // namespace sbxc
