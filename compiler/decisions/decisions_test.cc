// The automata and host spaces against the yardsticks: `decide`, and a second reading of the laws
// that shares no code with it.
#include "compiler/decisions/decisions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/decisions/compare.h"
#include "compiler/policy/reference_decision.h"

namespace sbxc {
namespace {

using testing::all_requests;
using testing::RandomPolicy;
using testing::RuleText;

constexpr Os kBoth[] = {Os::linux, Os::macos};

Decisions decided(const Policy& policy, Os os) {
  auto all = decisions_of(policy, os);
  if (!all) throw std::runtime_error("over budget");
  return std::move(*all);
}

RC_GTEST_PROP(Decisions, SayOfEveryRequestWhatTheReferenceSays, ()) {  // L1 to L5, L9 to L13
  const RandomPolicy random = *testing::random_policy();
  const Policy policy = random.policy();
  for (const Os os : kBoth) {
    const Decisions all = decided(policy, os);
    for (const Request& request : all_requests()) {
      const Effect verdict = effect_of(label_of(all.of(request.operation), request));
      if (verdict == reference::decide(random, os, request)) continue;
      RC_FAIL(std::string(name_of(os)) + ": " + std::string(name_of(request.operation)) + " " +
              request.text() + " is " + std::string(name_of(verdict)));
    }
  }
}

RC_GTEST_PROP(Decisions, ProvenanceNamesTheRulesThatMatch, ()) {
  const Policy policy = (*testing::random_policy()).policy();
  for (const OperationFacts& facts : kOperations) {
    const auto provenance = provenance_of(policy, Os::linux, facts.operation);
    RC_ASSERT(provenance.has_value());
    for (const Request& request : all_requests()) {
      if (request.operation != facts.operation) continue;
      const auto& rules = provenance->sets->rules(label_of(provenance->decided, request));
      for (const Rule& rule : policy.rules) {
        if (rule.operation != request.operation) continue;
        const bool named = std::find(rules.begin(), rules.end(), rule.id) != rules.end();
        RC_ASSERT(named == (rule.os.has(Os::linux) && applies(policy, rule, request)));
      }
    }
  }
}

// Every comparison between two policies on one system.
std::vector<Comparison> compared(const Policy& before, const Policy& after, Os os) {
  auto all = compare(decided(before, os), decided(after, os), {.describe = false});
  if (!all) throw std::runtime_error("over budget");
  return std::move(*all);
}

RC_GTEST_PROP(Compare, FindsAPolicyEquivalentToItselfInAnyOrder, ()) {  // L1
  RandomPolicy random = *testing::random_policy();
  const Policy policy = random.policy();
  std::reverse(random.rules.begin(), random.rules.end());
  for (RuleText& rule : random.rules) std::reverse(rule.patterns.begin(), rule.patterns.end());
  for (const Os os : kBoth) {
    for (const Comparison& one : compared(policy, random.policy(), os)) {
      RC_ASSERT(one.relation == Relation::equivalent);
    }
  }
}

RC_GTEST_PROP(Compare, FindsARuleStatedTwiceEquivalent, ()) {
  RandomPolicy random = *testing::random_policy();
  const Policy policy = random.policy();
  if (!random.rules.empty()) random.rules.push_back(random.rules.front());
  for (const Comparison& one : compared(policy, random.policy(), Os::linux)) {
    RC_ASSERT(one.relation == Relation::equivalent);
  }
}

// The witnesses are judged by the reference, never by what made them.
RC_GTEST_PROP(Compare, WitnessesAreTrueAndMissNothing, ()) {
  const RandomPolicy a = *testing::random_policy();
  const RandomPolicy b = *testing::random_policy();
  for (const Comparison& one : compared(a.policy(), b.policy(), Os::linux)) {
    for (const bool gained : {true, false}) {
      for (const Witness& witness : (gained ? one.gained : one.lost).witnesses) {
        const Effect before = decide(a.policy(), Os::linux, witness.request).verdict;
        const Effect after = decide(b.policy(), Os::linux, witness.request).verdict;
        RC_ASSERT(before == witness.before && after == witness.after);
        RC_ASSERT(gained == (after < before) && before != after);
      }
    }
    for (const Request& request : all_requests()) {
      if (request.operation != one.operation) continue;
      const Effect before = reference::decide(a, Os::linux, request);
      const Effect after = reference::decide(b, Os::linux, request);
      if (after < before) RC_ASSERT(!one.gained.empty());
      if (after > before) RC_ASSERT(!one.lost.empty());
    }
  }
}

RC_GTEST_PROP(Compare, AddingADenyNeverWidensAndAddingAnAllowNeverNarrows, ()) {  // L2
  RandomPolicy random = *testing::random_policy();
  const Policy before = random.policy();
  RuleText added = *testing::rule_text();
  added.effect = *rc::gen::element(Effect::allow, Effect::deny);
  random.rules.push_back(added);
  for (const Comparison& one : compared(before, random.policy(), Os::linux)) {
    RC_ASSERT((added.effect == Effect::deny ? one.gained : one.lost).empty());
  }
}

TEST(Compare, SaysWhatChangedAndWhichRulesAreTheReason) {
  const Policy before = terse_policy({"allow write /w/**", "deny write /w/.git/**"});
  const Policy after =
      terse_policy({"allow write /w/**", "deny write /w/.git/hooks/**", "deny read /w/secret"});
  const auto all = compared(before, after, Os::linux);
  EXPECT_EQ(all[0].relation, Relation::narrower);
  EXPECT_EQ(all[0].lost.witnesses[0].request.text(), "/w/secret");
  EXPECT_THAT(all[0].lost.witnesses[0].rules_after, ::testing::ElementsAre(RuleId{2}));
  EXPECT_EQ(all[1].relation, Relation::incomparable);
  EXPECT_EQ(all[1].gained.witnesses[0].request.text(), "/w/.git");
  EXPECT_THAT(all[1].gained.witnesses[0].rules_before, ::testing::ElementsAre(RuleId{1}));
  EXPECT_THAT(all[1].gained.witnesses[0].rules_after, ::testing::ElementsAre(RuleId{0}));
}

TEST(Decisions, SubtreesMultiplyNothing) {
  Policy policy;
  for (char name = 'a'; name < 'a' + 16; ++name) {
    add_rule(policy, terse_rule(std::string("allow read /sys/**/") + name + name + name + "/**"));
  }
  const auto decided = decisions_of(policy, Os::linux, Operation::read, {.states = 400});
  ASSERT_TRUE(decided);
  EXPECT_LT(std::get<automata::Dfa>(*decided).size(), 100U);
}

// Each pattern needs a memory of its own until it is complete: all at once they take 2^12 states
// and more, though few are left in the end.
TEST(Decisions, AreMadeInPartsWherePatternsMultiply) {
  Policy policy;
  for (char name = 'a'; name < 'a' + 14; ++name) {
    const std::string at = std::string("/w/**/") + name;
    add_rule(policy, terse_rule(fmt::format("deny write {}/**/x except {}/x", at, at)));
  }
  add_rule(policy, terse_rule("allow write /w/**"));
  const auto decided = decisions_of(policy, Os::linux, Operation::write);
  ASSERT_TRUE(decided);
  for (const char* path : {"/w/a/x", "/w/a/b/x", "/w/a/x/x", "/w/q/x", "/w/n/m/c/x", "/w/x"}) {
    const Request request{Operation::write, std::string(path)};
    EXPECT_EQ(effect_of(label_of(*decided, request)), decide(policy, Os::linux, request).verdict)
        << path;
  }
}

// As the library's denials beside the trees that a policy opens. The trees differ in nothing that
// goes on below them, and outside of them there is nothing to deny.
TEST(Decisions, OfNamesAnywhereTakeFewStatesHoweverManyTreesAreOpen) {
  Policy policy;
  for (char tree = 'a'; tree < 'a' + 20; ++tree) {
    add_rule(policy, terse_rule(std::string("allow write /home/u/") + tree + "/**"));
    add_rule(policy, terse_rule(std::string("deny write /home/u/.") + tree + "rc"));
  }
  for (int i = 100; i < 200; ++i) {
    const std::string name = "/**/.name" + std::to_string(i);
    add_rule(policy, terse_rule("deny write " + name + "/hooks/** except /**/unpacked/**"));
  }
  const auto decided = decisions_of(policy, Os::linux, Operation::write, {.states = 400});
  ASSERT_TRUE(decided);
  for (const char* path : {"/home/u/a/.name100/hooks", "/home/u/b/.name100/x", "/home/u/.arc",
                           "/home/u/t/x/.name199/hooks/x", "/.name100/hooks/x", "/home/u/a",
                           "/home/u/a/unpacked/.name150/hooks", "/home/u/a/.name100/hooksx"}) {
    const Request request{Operation::write, std::string(path)};
    EXPECT_EQ(effect_of(label_of(*decided, request)), decide(policy, Os::linux, request).verdict)
        << path;
  }
}

TEST(Decisions, NameTheTwoRulesThatSpendTheBudget) {
  const Policy policy = terse_policy({"allow read /srv/**", "allow read /**/*a??????????????????",
                                      "deny read /**/*b??????????????????", "deny read /etc/x"});
  const auto decided = decisions_of(policy, Os::linux, Operation::read, {.states = 20'000});
  ASSERT_FALSE(decided);
  EXPECT_EQ(decided.error().operation, Operation::read);
  EXPECT_THAT(decided.error().rules, ::testing::ElementsAre(RuleId{1}, RuleId{2}));
}

}  // namespace
}  // namespace sbxc
