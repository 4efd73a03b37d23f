#include "backends/source_map/source_map.h"

#include <gmock/gmock.h>

#include "backends/target/manifest.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SourceMap two_rules() {
  Sources sources;
  const FileId file = sources.add("agent.sbx", "sbx 1\nallow a\ndeny b\n");
  Policy policy;
  policy.rules.resize(2);
  policy.rules[0].span = {file, 6, 13};
  policy.rules[1].id = RuleId{1};
  policy.rules[1].span = {file, 14, 20};
  Lowered lowered{.target = TargetName::proxy, .artifacts = {}, .verdicts = {}, .map = {}};
  lowered.map.push_back({"hosts.sbxt", 7, {RuleId{1}}});
  lowered.map.push_back({"hosts.sbxt", 9, {RuleId{0}, RuleId{1}}});
  auto map = SourceMap::read(render_source_map(policy, sources, {lowered}));
  EXPECT_TRUE(map) << map.error().message;
  return map ? *map : SourceMap();
}

TEST(SourceMap, LeadsFromAnEntryToTheLinesOfThePolicy) {
  const SourceMap map = two_rules();
  EXPECT_THAT(map.rules_of("hosts.sbxt", 7), ElementsAre(RuleId{1}));
  EXPECT_THAT(map.rules_of("hosts.sbxt", 9), ElementsAre(RuleId{0}, RuleId{1}));
  EXPECT_THAT(map.rules_of("hosts.sbxt", 8), IsEmpty());
  EXPECT_THAT(map.rules_of("profile.sb", 7), IsEmpty());
  EXPECT_EQ(map.place_of(RuleId{0}), "agent.sbx:2:1");
  EXPECT_EQ(map.place_of(RuleId{1}), "agent.sbx:3:1");
  EXPECT_EQ(map.place_of(RuleId{2}), "");
}

TEST(SourceMap, SaysWhatItCannotRead) {
  for (
      const std::string_view bad :
      {"", "{", "[]", "{}", R"({"format": "sbxc-sourcemap", "version": 2})",
       R"({"format": "sbxc-sourcemap", "version": 1, "rules": [{"id": 1}]})",
       R"({"format": "sbxc-sourcemap", "version": 1, "rules": [{"id": -1, "at": ["a", 1, 1, 1, 2]}]})",
       R"({"format": "sbxc-sourcemap", "version": 1, "map": [{"file": 1, "where": 2}]})",
       R"({"format": "sbxc-sourcemap", "version": 1, "map": [{"file": "a", "where": 2, "rules": ["x"]}]})"}) {
    const auto map = SourceMap::read(bad);
    ASSERT_FALSE(map) << bad;
    EXPECT_THAT(map.error().message, ::testing::StartsWith("this is no source map: "));
  }
}

TEST(SourceMap, WritesHowARequestIsHeldInOneLine) {
  const Held held{"filter.x86_64.bpf", 59, "jeq 0x5412 -> 65 else 60", "EPERM", {"a.sbx:1:1"}};
  EXPECT_EQ(text_of(held), "filter.x86_64.bpf:59: jeq 0x5412 -> 65 else 60: EPERM [a.sbx:1:1]");
}

}  // namespace
}  // namespace sbxc
