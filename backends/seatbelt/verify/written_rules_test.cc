// What is compared of two profiles beside the operations that carry the language's.
#include "backends/seatbelt/verify/written_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbxc::sbpl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<WrittenDifference> differences(const std::string& before, const std::string& after) {
  const auto read = [](const std::string& rules) {
    return Profile::compile("(version 1)\n(deny default)\n" + rules, {}).value();
  };
  return written_differences(read(before), read(after),
                             {"file-read-data", "file-write-data", "network-outbound"});
}

TEST(WrittenDifferences, HaveAVerdictWhereNoFilterHasASay) {
  const auto found = differences("", "(allow process-fork)");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].operations, ElementsAre("process-fork"));
  EXPECT_EQ(found[0].allowed_before, false);
  EXPECT_EQ(found[0].allowed_after, true);
}

TEST(WrittenDifferences, AreToldOfTheOperationsThatHaveThem) {
  const auto found = differences("", "(allow default)");
  ASSERT_EQ(found.size(), 1U) << "what inherits is told with it";
  EXPECT_THAT(found[0].operations, ElementsAre("default"));
}

TEST(WrittenDifferences, HaveAVerdictWhereTheFilteredRulesAreTheSame) {
  const std::string some = "(allow sysctl-read (sysctl-name \"a\"))";
  const auto found = differences(some + "(allow sysctl-read)", some);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].operations, ElementsAre("sysctl-read"));
  EXPECT_EQ(found[0].allowed_before, true);
  EXPECT_EQ(found[0].allowed_after, false);
}

TEST(WrittenDifferences, OfFiltersAreNamedAndNoMore) {
  const auto found = differences("(allow sysctl-read (sysctl-name \"a\"))",
                                 "(allow sysctl-read (sysctl-name \"b\"))");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].operations, ElementsAre("sysctl-read"));
  EXPECT_FALSE(found[0].allowed_before.has_value());
}

TEST(WrittenDifferences, AreNoneOfRulesThatAreTheSame) {
  const char* rules =
      "(allow sysctl-read (sysctl-name \"a\"))(allow file-read* (subpath \"/a\"))(allow "
      "mach-bootstrap)(allow network-outbound (remote udp \"*:53\"))";
  EXPECT_THAT(differences(rules, rules), IsEmpty());
}

TEST(WrittenDifferences, LeaveToTheComparedOperationWhatHasItsRules) {
  EXPECT_THAT(differences("", "(allow file-write* (subpath \"/a\"))"), IsEmpty());
  const auto found = differences("", "(allow file-write-mode (literal \"/a\"))");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].operations, ElementsAre("file-write-mode"));
}

TEST(WrittenDifferences, AreFoundBeyondWhatIsCompared) {
  const auto udp = differences("", "(allow network-outbound (remote udp \"*:53\"))");
  ASSERT_EQ(udp.size(), 1U);
  EXPECT_EQ(udp[0].beyond, "beyond TCP and unix sockets");
  const auto types =
      differences("", "(allow file-read* (require-all (subpath \"/a\") (vnode-type DIRECTORY)))");
  ASSERT_FALSE(types.empty());
  EXPECT_THAT(types[0].operations, ElementsAre("file-read-data"));
  EXPECT_EQ(types[0].beyond, "beyond regular files");
}

TEST(WrittenDifferences, AreFoundInOperationsKnownByNameOnly) {
  for (const auto& [before, after] :
       {std::pair{"", "(allow mach-bootstrap)"},
        {"(allow mach-bootstrap)", ""},
        {"(allow mach-bootstrap)", "(allow mach-bootstrap)(deny mach-bootstrap)"}}) {
    const auto found = differences(before, after);
    ASSERT_EQ(found.size(), 1U) << before << " and " << after;
    EXPECT_THAT(found[0].operations, ElementsAre("mach-bootstrap"));
    EXPECT_FALSE(found[0].allowed_before.has_value());
  }
}

}  // namespace
}  // namespace sbxc::sbpl
