#include "backends/bwrap/forwards_part.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/policy/terse_policy.h"

namespace sbxc::bwrap {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> forwards(std::initializer_list<std::string_view> rules) {
  std::vector<std::string> texts;
  for (const Forward& forward : forwards_part(terse_policy(rules))) texts.push_back(forward.listen);
  return texts;
}

TEST(Forwards, AreWhatListenRulesAllow) {
  EXPECT_THAT(forwards({"allow listen localhost:3000-3010"}),
              ElementsAre("127.0.0.1:3000-3010", "[::1]:3000-3010"));
  EXPECT_THAT(forwards({"allow listen 127.0.0.1:80 on macos"}), IsEmpty());
}

TEST(Forwards, LoseThePortsOfExceptionsAndDenials) {
  EXPECT_THAT(forwards({"allow listen 127.0.0.1:3000-3010 except *:3000"}),
              ElementsAre("127.0.0.1:3001-3010"));
  EXPECT_THAT(forwards({"allow listen 127.0.0.1:3000-3010", "deny listen *:3005"}),
              ElementsAre("127.0.0.1:3000-3004,3006-3010"));
  EXPECT_THAT(forwards({"allow listen 127.0.0.1:3000", "deny listen 127.0.0.0/8:1-65535"}),
              IsEmpty());
  EXPECT_THAT(forwards({"allow listen 127.0.0.1:3000", "deny listen [::1]:3000"}),
              ElementsAre("127.0.0.1:3000"));
  EXPECT_THAT(forwards({"allow listen 127.0.0.1:3000", "deny listen 127.0.0.1:3000 on macos"}),
              ElementsAre("127.0.0.1:3000"));
}

TEST(Forwards, KeepWhatADenialExceptsForTheWholeAddress) {
  EXPECT_THAT(
      forwards({"allow listen 127.0.0.1:3000-3002", "deny listen *:3000-3002 except *:3001"}),
      ElementsAre("127.0.0.1:3001"));
  EXPECT_THAT(forwards({"allow listen *:3001", "deny listen *:3001 except 127.0.0.1:3001"}),
              IsEmpty());
}

TEST(Forwards, LoseAPortThatIsDeniedForSomeOfTheirAddresses) {
  EXPECT_THAT(forwards({"allow listen *:3000-3001", "deny listen localhost:3000"}),
              ElementsAre("0.0.0.0/0:3001", "[::/0]:3001"));
}

TEST(Forwards, SayTheSameInWordsAndInNumbers) {
  const auto parts = forwards_part(terse_policy({"allow listen 127.0.0.1:3000-3002,4000"}));
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].network.text(), "127.0.0.1");
  EXPECT_EQ(parts[0].ports.text(), "3000-3002,4000");
}

}  // namespace
}  // namespace sbxc::bwrap
