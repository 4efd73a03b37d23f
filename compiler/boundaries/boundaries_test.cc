#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/boundaries/boundary.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/random_policy.h"

namespace sbxc {
namespace {

using ::testing::Contains;
using ::testing::Not;

std::vector<std::string> texts(const UnitBoundary& boundary, Side side) {
  std::vector<std::string> out;
  for (const BoundaryRequest& one : boundary.requests) {
    if (one.side == side) out.push_back(one.request.text());
  }
  return out;
}

std::vector<UnitBoundary> boundaries(std::initializer_list<std::string_view> rules,
                                     std::vector<std::string> places = {"/"}) {
  return boundaries_of(terse_policy(rules), Os::linux, {.places = std::move(places)});
}

TEST(Boundaries, OfAFileAreItselfAndTheNamesNextToIt) {
  const auto all = boundaries({"deny read /a/key"});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_THAT(texts(all[0], Side::inside), ::testing::ElementsAre("/a/key"));
  EXPECT_THAT(texts(all[0], Side::outside),
              ::testing::IsSupersetOf({"/a/keyx", "/a/ke", "/a/key/a", "/a", "/ax/key"}));
}

TEST(Boundaries, OfATreeAreItsTopAndWhatIsBesideIt) {
  const auto all = boundaries({"allow write /a/b/**"});
  EXPECT_THAT(texts(all[0], Side::inside), ::testing::ElementsAre("/a/b", "/a/b/a", "/a/b/a/b"));
  EXPECT_THAT(texts(all[0], Side::outside), ::testing::IsSupersetOf({"/a", "/a/bx", "/ax/b"}));
}

TEST(Boundaries, ShowEveryWildcardOnBothSides) {
  const auto all = boundaries({"deny read /a/id_*", "deny read /b/?[a-c]", "deny read /c/*/d"});
  EXPECT_THAT(texts(all[0], Side::inside), ::testing::IsSupersetOf({"/a/id_", "/a/id_ab"}));
  EXPECT_THAT(texts(all[0], Side::outside), ::testing::IsSupersetOf({"/a/id_a/b", "/a/id"}));
  EXPECT_THAT(texts(all[1], Side::inside), Contains("/b/aa"));
  EXPECT_THAT(texts(all[1], Side::outside), ::testing::IsSupersetOf({"/b/ad", "/b/a", "/b/aaa"}));
  EXPECT_THAT(texts(all[2], Side::inside), ::testing::IsSupersetOf({"/c/a/d", "/c/ab/d"}));
  EXPECT_THAT(texts(all[2], Side::outside), Contains("/c/a/b/d"));
}

TEST(Boundaries, OfAnExceptionLieWithinItsPattern) {
  const auto all = boundaries({"deny read /a/** except /**/keep"});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_THAT(texts(all[0], Side::inside), Not(Contains("/a/keep")));
  EXPECT_EQ(all[1].unit.part, RuleUnit::Part::except);
  for (const std::string& path : texts(all[1], Side::inside)) {
    EXPECT_TRUE(path.starts_with("/a/") && path.ends_with("/keep")) << path;
  }
  EXPECT_FALSE(texts(all[1], Side::inside).empty());
}

TEST(Boundaries, LieWhereFilesCanBeMadeIfThePatternReachesThere) {
  const auto all = boundaries({"deny write /**/.git/config", "allow read /var/**"},
                              {"/var/tmp/stage/work", "/var/tmp/stage"});
  for (const UnitBoundary& one : all) {
    for (const std::string& path : texts(one, Side::inside)) {
      EXPECT_TRUE(path.starts_with("/var/tmp/stage")) << path;
    }
  }
  EXPECT_THAT(texts(all[0], Side::inside), Contains("/var/tmp/stage/work/.git/config"));
  EXPECT_THAT(texts(all[0], Side::outside), Contains("/var/tmp/stage/work/.gitx/config"));
}

TEST(Boundaries, OfATreeThatIsAPlaceItselfAreStillBesideIt) {
  const auto all = boundaries({"allow write /s/home/work/**"}, {"/s/home/work", "/s/home", "/s"});
  EXPECT_THAT(texts(all[0], Side::inside), Contains("/s/home/work/a"));
  EXPECT_THAT(texts(all[0], Side::outside), ::testing::IsSupersetOf({"/s/home/workx", "/s/home"}));
}

TEST(Boundaries, OfHostsAreTheNamesAddressesAndPortsAround) {
  const auto all = boundaries({"allow connect *.a.com:443", "allow connect 10.1.0.0/16:80-90"});
  EXPECT_THAT(texts(all[0], Side::inside),
              ::testing::IsSupersetOf({"a.a.com:443", "b.a.a.com:443"}));
  EXPECT_THAT(texts(all[0], Side::outside),
              ::testing::IsSupersetOf(
                  {"a.com:443", "xa.com:443", "com:443", "a.a.com:442", "a.a.com:444"}));
  EXPECT_THAT(texts(all[1], Side::inside),
              ::testing::IsSupersetOf({"10.1.0.0:80", "10.1.0.0:90", "10.1.255.255:80"}));
  EXPECT_THAT(
      texts(all[1], Side::outside),
      ::testing::IsSupersetOf({"10.0.255.255:80", "10.2.0.0:80", "10.1.0.0:79", "10.1.0.0:91"}));
}

TEST(Boundaries, OfVariablesAndAbstractSocketsAreNames) {
  const auto all = boundaries({"allow env LC_*", "allow socket @bus-*"});
  EXPECT_THAT(texts(all[0], Side::inside), ::testing::IsSupersetOf({"LC_", "LC_ab"}));
  EXPECT_THAT(texts(all[0], Side::outside), ::testing::IsSupersetOf({"LC", "xLC_"}));
  EXPECT_THAT(texts(all[1], Side::inside), ::testing::IsSupersetOf({"@bus-", "@bus-ab"}));
  EXPECT_THAT(texts(all[1], Side::outside), Contains("@bus"));
}

TEST(Boundaries, AreNoneWhereExceptionsTakeAll) {
  const auto all = boundaries({"allow read /a/b except /a/**", "allow env * except A*"});
  EXPECT_TRUE(all[0].empty);
  EXPECT_EQ(all[0].first(Side::inside), nullptr);
  EXPECT_FALSE(all[2].empty);
  EXPECT_NE(all[2].first(Side::inside), nullptr);
}

TEST(Boundaries, OfEverythingHaveNothingOutside) {
  const auto all = boundaries({"allow read /**"});
  EXPECT_TRUE(all[0].everything);
  EXPECT_EQ(all[0].first(Side::outside), nullptr);
}

// Whether the pattern of the unit holds the request and its rule's exceptions do not (of an
// exception: whether it takes the request from the rule), by rules of one pattern each.
bool is_held(const Policy& policy, const RuleUnit& unit, const Request& request) {
  const Rule& rule = policy.rule(unit.rule);
  const auto any = [&](const std::vector<Pattern>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const Pattern& pattern) {
      Rule one;
      one.operation = rule.operation;
      one.patterns = {pattern};
      return applies(policy, one, request);
    });
  };
  if (!any({pattern_of(policy, unit)})) return false;
  return unit.part == RuleUnit::Part::pattern ? !any(rule.except) : any(rule.patterns);
}

void expect_claims_hold(const Policy& policy, const UnitBoundary& boundary) {
  for (const BoundaryRequest& one : boundary.requests) {
    const bool held = is_held(policy, boundary.unit, one.request);
    RC_ASSERT(held == (one.side == Side::inside));
  }
  const Operation operation = policy.rule(boundary.unit.rule).operation;
  static const std::vector<Request> kAll = testing::all_requests();
  for (const Request& request : kAll) {
    if (request.operation != operation) continue;
    const bool held = is_held(policy, boundary.unit, request);
    RC_ASSERT(boundary.first(held ? Side::inside : Side::outside) != nullptr);
    RC_ASSERT(!(held ? boundary.empty : boundary.everything));
  }
}

TEST(Boundaries, OfRandomPoliciesAreInsideAndOutsideAsTheySay) {
  EXPECT_TRUE(rc::check([] {
    const testing::RandomPolicy random{*rc::gen::resize(
        5, rc::gen::container<std::vector<testing::RuleText>>(testing::rule_text()))};
    const Policy policy = random.policy();
    for (const Os os : {Os::linux, Os::macos}) {
      size_t units = 0;
      for (const UnitBoundary& one : boundaries_of(policy, os, {.places = {"/a/b", "/a", "/"}})) {
        expect_claims_hold(policy, one);
        ++units;
      }
      size_t expected = 0;
      for (const Rule& rule : policy.rules) {
        if (rule.os.has(os)) expected += rule.patterns.size() + rule.except.size();
      }
      RC_ASSERT(units == expected);
    }
  }));
}

}  // namespace
}  // namespace sbxc
