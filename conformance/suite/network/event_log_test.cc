#include "conformance/suite/network/event_log.h"

#include <gmock/gmock.h>

namespace sbxc::conform {
namespace {

using ::testing::ElementsAre;

TEST(EventLogs, KeepEachLineOnceAndPrintable) {
  EventLog log("abc");
  log.add("tcp 1.2.3.4:80");
  log.add("tls a\n\x1b[2J");
  log.add("tcp 1.2.3.4:80");
  EXPECT_THAT(log.lines(), ElementsAre("tcp 1.2.3.4:80", "tls a\\x0a\\x1b[2J"));
}

TEST(EventLogs, KnowTheNonceInLettersOfEitherCase) {
  const EventLog log("n0ab");
  EXPECT_TRUE(log.marked("..N0aB.."));
  EXPECT_FALSE(log.marked("..n0a"));
  EXPECT_FALSE(EventLog("").marked("anything"));
}

TEST(Patterns, MatchWholeLinesWithStarsForAnything) {
  const struct {
    const char* pattern;
    const char* line;
    bool matches;
  } cases[] = {{"tcp 1.2.3.4:*", "tcp 1.2.3.4:80", true},
               {"tcp 1.2.3.4:8", "tcp 1.2.3.4:80", false},
               {"tcp 1.2.3.4:80", "udp 1.2.3.4:80", false},
               {"asked *ab* *", "asked x.AB.test A 1.1.1.1:53", true},
               {"*", "", true},
               {"", "x", false},
               {"a*b*c", "a b b c c", true},
               {"a*b*c", "a b b c d", false}};
  for (const auto& each : cases) {
    EXPECT_EQ(event_matches(each.pattern, each.line), each.matches)
        << each.pattern << " | " << each.line;
  }
}

}  // namespace
}  // namespace sbxc::conform
