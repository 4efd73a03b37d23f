#include "backends/proxy/read/how_proxy_holds.h"

#include <gmock/gmock.h>

#include "backends/proxy/proxy.h"
#include "backends/proxy/read/policies_for_test.h"
#include "backends/target/manifest.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;

struct Compiled {
  Sources sources;
  Policy policy = terse_policy(
      {"allow connect *.a.com", "deny connect x.a.com:443", "ask connect 10.0.0.0/8:22"});
  Lowered lowered;
  SourceMap map;

  Compiled() {
    const FileId file = sources.add("agent.sbx", "sbx 1\nallow x\ndeny y\nask z\n");
    policy.rules[0].span = {file, 6, 13};
    policy.rules[1].span = {file, 14, 20};
    policy.rules[2].span = {file, 21, 26};
    lowered = lower_proxy(policy, Os::linux, sources);
    map = SourceMap::read(render_source_map(policy, sources, {lowered})).value();
  }

  std::vector<std::string> how(const std::string& target) const {
    const Request request = terse_request("connect " + target);
    const auto held =
        how_proxy_holds(lowered.artifacts[0], std::get<HostRequest>(request.target), map);
    EXPECT_TRUE(held);
    std::vector<std::string> lines;
    for (const Held& one : *held) lines.push_back(text_of(one));
    return lines;
  }
};

TEST(HowProxyHolds, NamesTheEntriesThatDecideAndTheirLines) {
  const Compiled compiled;
  EXPECT_THAT(compiled.how("y.a.com:443"), ElementsAre(::testing::MatchesRegex(
                                               "hosts.sbxt:[0-9]+: rule 0 allows ports 80, 443 for "
                                               "names below: allow .agent.sbx:2:1.")));
  EXPECT_THAT(compiled.how("x.a.com:443"),
              ElementsAre(::testing::MatchesRegex("hosts.sbxt:[0-9]+: rule 1 denies ports 443 for "
                                                  "the host itself: deny .agent.sbx:3:1.")));
  EXPECT_THAT(compiled.how("10.9.9.9:22"),
              ElementsAre(::testing::EndsWith(": ask [agent.sbx:4:1]")));
  EXPECT_THAT(compiled.how("a.com:443"), ElementsAre("hosts.sbxt:0: no entry matches: deny"));
}

TEST(HowProxyHolds, SaysWhenTheTableIsDamaged) {
  const Compiled compiled;
  const auto held =
      how_proxy_holds({"hosts.sbxt", "abc"}, HostRequest{std::string("a.com"), 443}, compiled.map);
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().message,
            "`hosts.sbxt` is no table of hosts that a proxy takes: it begins otherwise");
}

}  // namespace
}  // namespace sbxc
