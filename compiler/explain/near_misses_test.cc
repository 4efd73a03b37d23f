#include "compiler/explain/near_misses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/policy/terse_policy.h"
#include "compiler/resolve/resolve.h"

namespace sbxc {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<NearMiss> misses(const Policy& policy, Operation operation, std::string_view target,
                             Os os = Os::linux) {
  const auto request = parse_request(operation, target,
                                     {.cwd = "/w", .home = "/home/u", .tmp = "/tmp", .user = "u"});
  EXPECT_TRUE(request.has_value()) << target;
  return near_misses(policy, os, *request);
}

std::string first(const Policy& policy, Operation operation, std::string_view target) {
  const auto found = misses(policy, operation, target);
  return found.empty() ? "none" : found[0].why;
}

TEST(NearMisses, SayWhichWordKeptAPathOut) {
  EXPECT_THAT(first(terse_policy({"allow read /w/src"}), Operation::read, "/w/src/a.c"),
              HasSubstr("names /w/src alone; `/w/src/**`"));
  EXPECT_THAT(first(terse_policy({"allow read /w/*"}), Operation::read, "/w/src/a.c"),
              HasSubstr("`*` never goes into another directory"));
  EXPECT_THAT(first(terse_policy({"allow read /w/**/*.h"}), Operation::read, "/w/src/a.c"),
              HasSubstr("starts alike"));
  EXPECT_THAT(
      first(terse_policy({"allow read /w/** except /w/src/**"}), Operation::read, "/w/src/a.c"),
      HasSubstr("its `except /w/src/**` takes this out"));
  EXPECT_THAT(first(terse_policy({"allow read /home/u/x/**"}), Operation::read, "/home/u/y"),
              HasSubstr("parts ways below /home/u"));
}

TEST(NearMisses, SayWhichOperationWasMeant) {
  EXPECT_EQ(first(terse_policy({"allow read /w/**"}), Operation::write, "/w/a"),
            "speaks of read, not of write");
}

TEST(NearMisses, SayWhichPortsAndNamesWereMeant) {
  EXPECT_EQ(first(terse_policy({"allow connect a.com"}), Operation::connect, "a.com:22"),
            "speaks of port 80,443");
  EXPECT_THAT(first(terse_policy({"allow connect *.a.com"}), Operation::connect, "a.com:443"),
              HasSubstr("subdomains of a.com, not a.com itself"));
  EXPECT_THAT(first(terse_policy({"allow connect a.com"}), Operation::connect, "www.a.com:443"),
              HasSubstr("is a.com alone; `*.a.com`"));
  EXPECT_THAT(first(terse_policy({"allow connect x.a.com"}), Operation::connect, "y.a.com:443"),
              HasSubstr("another name of that domain"));
  EXPECT_EQ(first(terse_policy({"allow connect b.com"}), Operation::connect, "a.com:443"), "none");
}

TEST(NearMisses, SayThatARuleExistsElsewhere) {
  const Policy policy = terse_policy({"allow read /w/** on macos"});
  EXPECT_EQ(misses(policy, Operation::read, "/w/a")[0].why, "exists on macos alone");
  EXPECT_THAT(misses(policy, Operation::read, "/w/a", Os::macos), IsEmpty());
}

TEST(NearMisses, PutTheNearestFirstAndLeaveOutTheRest) {
  const Policy policy =
      terse_policy({"allow read /w/a/x", "allow read /w/a/y", "allow read /w/a/z",
                    "allow read /w/a/q", "allow write /w/a/b except /w/a/b", "deny exec /w/a/b"});
  const auto found = misses(policy, Operation::read, "/w/a/b");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].rule, RuleId{5});
}

}  // namespace
}  // namespace sbxc
