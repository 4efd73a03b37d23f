// The space of a table's claims is the space of the policy it was made from.
#include "backends/proxy/read/host_space_of.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "backends/proxy/proxy.h"
#include "backends/proxy/read/host_index.h"
#include "backends/proxy/read/policies_for_test.h"
#include "backends/proxy/read/table_reader.h"
#include "compiler/decisions/compare.h"
#include "compiler/policy/random_policy.h"

namespace sbxc::hosts {
namespace {

HostSpace space_of_table(const Policy& policy, std::string& bytes) {
  for (const Artifact& artifact : lower_proxy(policy, Os::linux, Sources{}).artifacts) {
    if (artifact.file == "hosts.sbxt") bytes = artifact.bytes;
  }
  auto claims = read_table(bytes, "hosts.sbxt");
  EXPECT_TRUE(claims) << claims.error().message;
  return claims ? host_space_of(*claims) : host_space_of(Claims{});
}

void expect_equal_spaces(const Policy& policy) {
  const auto meant = decisions_of(policy, Os::linux, Operation::connect);
  ASSERT_TRUE(meant);
  std::string bytes;
  const Decided read_back = space_of_table(policy, bytes);
  const auto comparison = compare(Operation::connect, *meant, read_back);
  ASSERT_TRUE(comparison);
  const auto example = [](const Change& change) {
    return change.empty() ? std::string() : change.witnesses.front().request.text();
  };
  EXPECT_EQ(comparison->relation, Relation::equivalent)
      << "gained " << example(comparison->gained) << " lost " << example(comparison->lost);
}

TEST(HostSpaceOf, ATableIsWhatThePolicySays) {
  expect_equal_spaces(terse_policy({}));
  expect_equal_spaces(terse_policy({"allow connect *"}));
  expect_equal_spaces(
      terse_policy({"allow connect *.example.com", "deny connect a.example.com:443"}));
  expect_equal_spaces(terse_policy({"allow connect example.com:80,443", "allow connect 10.0.0.0/8",
                                    "deny connect 10.1.0.0/16:1-79"}));
  expect_equal_spaces(terse_policy(
      {"allow connect *.b.example except *.a.b.example", "ask connect c.a.b.example:*"}));
  expect_equal_spaces(terse_policy(
      {"allow connect 2001:db8::/32", "allow connect 0.0.0.0/0", "deny connect 127.0.0.0/8"}));
}

RC_GTEST_PROP(HostSpaceOf, ATableOfAnyPolicyIsWhatItSays, ()) {
  expect_equal_spaces((*testing::random_policy()).policy());
}

TEST(HostSpaceOf, AChangedEntryIsSeen) {
  const Policy one = terse_policy({"allow connect *.example.com:443"});
  const Policy other =
      terse_policy({"allow connect *.example.com:443", "allow connect example.org"});
  std::string one_bytes;
  std::string other_bytes;
  const Decided before = space_of_table(one, one_bytes);
  const Decided after = space_of_table(other, other_bytes);
  const auto comparison = compare(Operation::connect, before, after);
  ASSERT_TRUE(comparison);
  EXPECT_EQ(comparison->relation, Relation::wider);
  ASSERT_FALSE(comparison->gained.empty());
  EXPECT_EQ(std::get<HostRequest>(comparison->gained.witnesses[0].request.target).host,
            Host(std::string("example.org")));
}

}  // namespace
}  // namespace sbxc::hosts
