#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "compiler/policy/decide.h"
#include "compiler/policy/random_policy.h"
#include "compiler/policy_probes/policy_outcomes.h"

namespace sbxc {
namespace {

using conform::Form;
using conform::Tried;
using conform::VerdictKind;
using ::testing::Contains;
using ::testing::Not;

const Stand kStand = Stand::below("/s");

std::set<std::string> sentences(const PolicyTrials& trials, Effect verdict) {
  std::set<std::string> out;
  for (const PolicyTrial& one : trials.trials) {
    if (one.verdict == verdict) out.insert(one.sentence);
  }
  return out;
}

TEST(PolicyTrials, TryBothSidesOfARuleByWhatItIsAbout) {
  const auto policy = terse_policy({"allow write /s/home/work/**", "deny read /s/home/work/key",
                                    "allow exec /s/home/work/bin/*", "allow env LC_*",
                                    "allow socket /s/home/agent.sock"});
  const PolicyTrials trials = trials_of(policy, Os::linux, kStand);
  EXPECT_THAT(sentences(trials, Effect::allow),
              ::testing::IsSupersetOf({"change /s/home/work", "make /s/home/work/a",
                                       "exec /s/home/work/bin/a", "env LC_",
                                       "socket /s/home/agent.sock", "read /s/home/work/keyx"}));
  EXPECT_THAT(sentences(trials, Effect::deny),
              ::testing::IsSupersetOf({"read /s/home/work/key", "change /s/home/work/key",
                                       "make /s/home/work/key", "env LC", "make /s/home/workx",
                                       "socket /s/home/agent.sockx"}));
}

TEST(PolicyTrials, NameWhatCannotBeTriedAndWhy) {
  const auto policy = terse_policy({"deny write /usr/lib/x", "allow connect example.com",
                                    "allow connect 192.0.2.1:8080", "deny env LD_PRELOAD",
                                    "deny syscall mount", "deny read /proc/kcore"});
  const PolicyTrials trials = trials_of(policy, Os::linux, kStand);
  EXPECT_TRUE(trials.trials.empty());
  std::set<std::string> reasons;
  for (const BoundaryPoint& point : trials.points) {
    EXPECT_NE(point.untried, "") << point.request.text();
    reasons.insert(point.untried);
  }
  EXPECT_THAT(
      reasons,
      ::testing::IsSupersetOf(
          {"it is not below what the suite may write", "names need a network of the suite's own",
           "the address is not this machine's loopback",
           "it would change the program that starts the sandbox",
           "a system call is not a thing that can be made", "the sandbox has one of its own"}));
}

TEST(PolicyTrials, FindAPlaceForTheProbeProgramWhereThePolicyLetsOneRun) {
  const auto place = [](std::initializer_list<std::string_view> rules) {
    return place_for_a_program(terse_policy(rules), Os::linux, kStand);
  };
  EXPECT_EQ(place({"allow read /s/**", "allow exec /s/home/work/**"}), "/s/home/work/.sbxc-probe");
  EXPECT_EQ(place({"allow read /s/**", "allow exec /s/home/a/bin/*"}), "/s/home/a/bin/a");
  EXPECT_EQ(place({"allow read /s/**", "allow exec /usr/**"}), "");
}

// As if all of it had been tried and had come to what `inside` says of each.
std::vector<Tried> tried(const PolicyTrials& trials, bool (*inside)(Effect verdict)) {
  std::vector<Tried> out(trials.trials.size());
  for (size_t i = 0; i < out.size(); ++i) {
    out[i].outside = {.seen = true, .reached = true};
    out[i].inside = {.seen = inside(trials.trials[i].verdict), .reached = true};
  }
  return out;
}

class PolicyOutcomesTest : public ::testing::Test {
 protected:
  PolicyOutcomesTest() {
    file_ = sources_.add("p.sbx", "allow write\ndeny read\n");
    policy_ = terse_policy({"allow write /s/home/work/**", "deny read /s/home/work/key"});
    for (Rule& rule : policy_.rules) rule.span.file = file_;
    policy_.rules[1].span.begin = 12;
    trials_ = trials_of(policy_, Os::linux, kStand);
  }
  PolicyOutcomes outcomes(const std::vector<Tried>& results) const {
    return outcomes_of(policy_, sources_, trials_, results, Os::linux);
  }
  static VerdictKind kind(const PolicyOutcomes& all, std::string_view id) {
    for (const auto& one : all.outcomes) {
      if (one.probe.id == id) return conform::kind_of(one.verdict);
    }
    ADD_FAILURE() << "there is no " << id;
    return VerdictKind::skipped;
  }

  Sources sources_;
  FileId file_{};
  Policy policy_;
  PolicyTrials trials_;
};

TEST_F(PolicyOutcomesTest, AreWhatThePolicySaysWhenEverythingHolds) {
  const auto all =
      outcomes(tried(trials_, [](Effect verdict) { return verdict == Effect::allow; }));
  EXPECT_EQ(kind(all, "RULE-000-works"), VerdictKind::works);
  EXPECT_EQ(kind(all, "RULE-000-refused"), VerdictKind::blocked);
  EXPECT_EQ(kind(all, "RULE-001-refused"), VerdictKind::blocked);
  EXPECT_EQ(all.coverage.rules, 2U);
  EXPECT_EQ(all.coverage.rules_tried, 2U);
  EXPECT_EQ(all.coverage.boundaries, trials_.points.size());
  EXPECT_GT(all.coverage.boundaries_tried, 8U);
  EXPECT_TRUE(all.coverage.untried.empty());
  EXPECT_EQ(all.outcomes.back().probe.rule->line, 2U);
}

TEST_F(PolicyOutcomesTest, SayWhatRefusedTheRequests) {
  auto results = tried(trials_, [](Effect verdict) { return verdict == Effect::allow; });
  for (conform::Tried& one : results) {
    if (!one.inside.seen) one.inside.refused = "open: EACCES";
  }
  const auto detail = [&](std::string_view id) -> std::string {
    for (const auto& one : outcomes(results).outcomes) {
      if (one.probe.id == id) return conform::detail_of(one.verdict);
    }
    return {};
  };
  EXPECT_EQ(detail("RULE-001-refused"), "every request was refused, first with open: EACCES");
}

TEST_F(PolicyOutcomesTest, TellASandboxThatLetsEverythingFromOneThatLetsNothing) {
  const auto open = outcomes(tried(trials_, [](Effect) { return true; }));
  EXPECT_EQ(kind(open, "RULE-001-refused"), VerdictKind::escaped);
  EXPECT_EQ(kind(open, "RULE-000-works"), VerdictKind::works);
  const auto shut = outcomes(tried(trials_, [](Effect) { return false; }));
  EXPECT_EQ(kind(shut, "RULE-001-refused"), VerdictKind::blocked);
  EXPECT_EQ(kind(shut, "RULE-000-works"), VerdictKind::broken);
}

TEST_F(PolicyOutcomesTest, AreHollowWhereTheControlFails) {
  auto results = tried(trials_, [](Effect) { return false; });
  for (size_t i = 0; i < results.size(); ++i) {
    if (trials_.trials[i].verdict != Effect::allow) results[i].outside.seen = false;
  }
  const auto all = outcomes(results);
  EXPECT_EQ(kind(all, "RULE-001-refused"), VerdictKind::hollow);
  EXPECT_EQ(all.coverage.rules_tried, 1U);
}

TEST_F(PolicyOutcomesTest, SayOfARuleThatWasNotTriedWhyItWasNot) {
  auto results = tried(trials_, [](Effect) { return true; });
  for (Tried& one : results) one.untried = "the moon is wrong";
  const auto all = outcomes(results);
  EXPECT_EQ(kind(all, "RULE-001-refused"), VerdictKind::skipped);
  EXPECT_EQ(all.coverage.rules_tried, 0U);
  ASSERT_EQ(all.coverage.untried.size(), 2U);
  EXPECT_THAT(all.coverage.untried[1].why, ::testing::HasSubstr("the moon is wrong"));
  EXPECT_EQ(all.coverage.untried[1].at.line, 2U);
}

TEST_F(PolicyOutcomesTest, AreSkippedWhereTheSandboxSaysThatItAllowsLess) {
  auto results = tried(trials_, [](Effect verdict) { return verdict == Effect::allow; });
  const size_t boundaries = outcomes(results).coverage.boundaries_tried;
  for (size_t i = 0; i < results.size(); ++i) {
    if (trials_.trials[i].trial.form != Form::make) continue;
    results[i].inside.seen = false;
    results[i].narrowed = "the moon is wrong";
  }
  const auto all = outcomes(results);
  EXPECT_EQ(kind(all, "RULE-000-works"), VerdictKind::works) << "what is there can be changed";
  EXPECT_EQ(kind(all, "RULE-000-narrowed"), VerdictKind::skipped);
  EXPECT_EQ(all.coverage.rules_tried, 2U);
  EXPECT_LT(all.coverage.boundaries_tried, boundaries);
  // What comes off even so is as the policy says, and what it refuses is not narrowed.
  for (Tried& one : results) one.inside.seen = true;
  EXPECT_EQ(kind(outcomes(results), "RULE-001-refused"), VerdictKind::escaped);
  EXPECT_EQ(outcomes(results).outcomes.size(), all.outcomes.size() - 1);
}

TEST_F(PolicyOutcomesTest, CountARuleAsNotTriedOfWhichEverythingIsNarrowed) {
  auto results = tried(trials_, [](Effect) { return false; });
  for (Tried& one : results) one.narrowed = "the moon is wrong";
  const auto all = outcomes(results);
  EXPECT_EQ(all.coverage.rules_tried, 1U);
  ASSERT_EQ(all.coverage.untried.size(), 1U);
  EXPECT_EQ(all.coverage.untried[0].why, "narrowed: the moon is wrong");
  EXPECT_EQ(kind(all, "RULE-000-narrowed"), VerdictKind::skipped);
}

TEST(PolicyTrials, OfRandomPoliciesReachEveryRuleAboutFilesAndClaimWhatThePolicyDecides) {
  EXPECT_TRUE(rc::check([] {
    const testing::RandomPolicy random{*rc::gen::resize(
        5, rc::gen::container<std::vector<testing::RuleText>>(testing::rule_text()))};
    const Policy policy = random.policy();
    const Stand stand = Stand::below("/a");
    const PolicyTrials trials = trials_of(policy, Os::linux, stand);
    std::set<std::pair<Form, std::string>> known;
    for (const PolicyTrial& one : trials.trials) {
      RC_ASSERT(known.emplace(one.trial.form, one.trial.target).second);
      RC_ASSERT(one.verdict == decide(policy, Os::linux, one.request).verdict);
    }
    for (const BoundaryPoint& point : trials.points) {
      RC_ASSERT(point.trials.empty() != point.untried.empty());
    }
    for (const Rule& rule : policy.rules) {
      const bool about_files = rule.operation == Operation::write && rule.os.linux;
      const Request one{rule.operation, std::string("/a/home/work/b/b")};
      if (!about_files || !applies(policy, rule, one)) continue;
      RC_ASSERT(std::any_of(trials.points.begin(), trials.points.end(), [&](const auto& point) {
        return point.unit.rule == rule.id && point.side == Side::inside && !point.trials.empty();
      }));
    }
  }));
}

}  // namespace
}  // namespace sbxc
