// What the proof leans on: whatever host is asked for, some region has the same lists on both
// sides, and the policy as claims says what decide() says.
#include "backends/proxy/read/host_regions.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "backends/proxy/read/policies_for_test.h"
#include "backends/proxy/read/policy_claims.h"
#include "compiler/policy/random_policy.h"

namespace sbxc::hosts {
namespace {

Host random_host() {
  if (*rc::gen::inRange(0, 3) == 0) {
    IpAddress address{.v6 = *rc::gen::arbitrary<bool>()};
    const auto few = rc::gen::element<uint8_t>(0, 1, 2, 3, 10, 127, 0xfd, 0xfe, 0xff);
    for (size_t i = 0; i < address.bits() / 8U; ++i) address.bytes[i] = *few;
    return address;
  }
  std::string name;
  const int labels = *rc::gen::inRange(1, 6);
  for (int i = 0; i < labels; ++i) {
    name += *rc::gen::element<std::string>("a", "b", "c", "x", "com", "localhost");
    name += i + 1 < labels ? "." : "";
  }
  return name;
}

using Hits = std::pair<std::vector<Hit>, std::vector<Hit>>;

RC_GTEST_PROP(HostRegions, CoverEveryHost, ()) {
  const Policy one = (*testing::random_policy()).policy();
  const Policy two = (*testing::random_policy()).policy();
  const Claims claims_one = claims_of(one, Os::linux);
  const Claims claims_two = claims_of(two, Os::linux);
  const HostIndex index_one(claims_one);
  const HostIndex index_two(claims_two);
  std::vector<Hits> regions;
  for_each_region(index_one, index_two, [&](const Region& region) {
    regions.emplace_back(region.hits[0], region.hits[1]);
    const Host example = region.example();
    RC_ASSERT(index_one.hits(example) == region.hits[0]);
    RC_ASSERT(index_two.hits(example) == region.hits[1]);
  });
  for (int i = 0; i < 30; ++i) {
    const Host host = random_host();
    const Hits hits{index_one.hits(host), index_two.hits(host)};
    RC_ASSERT(std::find(regions.begin(), regions.end(), hits) != regions.end());
  }
}

RC_GTEST_PROP(HostRegions, ThePolicyAsClaimsSaysWhatDecideSays, ()) {
  const Policy policy = (*testing::random_policy()).policy();
  const Claims claims = claims_of(policy, Os::macos);
  const HostIndex index(claims);
  for (int i = 0; i < 30; ++i) {
    const HostRequest request{random_host(), *rc::gen::element<uint16_t>(22, 80, 443, 3000, 9)};
    const Said said = evaluate(claims, index.hits(request.host), request.port);
    const Decision decision = decide(policy, Os::macos, {Operation::connect, request});
    RC_ASSERT(said.verdict == decision.verdict);
    RC_ASSERT(said.rules == decision.deciding);
  }
}

TEST(HostRegions, FindExamplesBelowNamesWithAllShortLabelsTaken) {
  std::vector<std::string> texts{"a.com"};
  for (char c = 'a'; c <= 'z'; ++c) texts.push_back(std::string(1, c) + ".a.com");
  Policy policy;
  for (const std::string& text : texts) add_rule(policy, terse_rule("allow connect " + text));
  const Claims claims = claims_of(policy, Os::linux);
  const HostIndex index(claims);
  std::vector<std::string> examples;
  for_each_region(index, index, [&](const Region& region) {
    const Host example = region.example();
    if (const auto* name = std::get_if<std::string>(&example)) examples.push_back(*name);
  });
  EXPECT_THAT(examples, ::testing::Contains("0.a.com"));
  EXPECT_THAT(examples, ::testing::Contains("example.org"));
}

// A name of 253 bytes has nothing below it; one of 251 has a label of one byte.
TEST(HostRegions, KnowHowLongNamesCanBe) {
  const auto long_name = [](size_t size) {
    std::string name;
    while (name.size() + 50 < size) name += std::string(49, 'a') + ".";
    return name + std::string(size - name.size(), 'b');
  };
  for (const auto& [size, regions] : {std::pair<size_t, int>{253, 1}, {252, 1}, {251, 2}}) {
    const Policy policy = terse_policy({"allow connect " + long_name(size)});
    const Claims claims = claims_of(policy, Os::linux);
    const HostIndex index(claims);
    int names = 0;
    for_each_region(index, index, [&](const Region& region) {
      const Host example = region.example();
      const auto* name = std::get_if<std::string>(&example);
      if (name != nullptr && name->size() > 100) ++names;
    });
    EXPECT_EQ(names, regions) << size;
  }
}

}  // namespace
}  // namespace sbxc::hosts
