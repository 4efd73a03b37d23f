#include "conformance/suite/network/dns_message.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "conformance/suite/network/names.h"

namespace sbxc::conform {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string asked(const std::string& name, uint16_t type, char questions = '\1') {
  return std::string("\x12\x34\1\0\0", 5) + questions + std::string(6, '\0') + name + '\0' +
         static_cast<char>(type >> 8) + static_cast<char>(type & 255) + std::string("\0\1", 2);
}
const std::string kAllowed = "\7allowed\4test";

TEST(DnsMessages, AreReadQuestionByQuestion) {
  const auto one = dns_questions(asked(kAllowed, kDnsA));
  ASSERT_THAT(one, SizeIs(1));
  EXPECT_EQ(one[0].name, "allowed.test");
  const std::string second = std::string("\1x\xc0\x0c", 4) + std::string("\0\x10\0\1", 4);
  const auto two = dns_questions(asked(kAllowed, kDnsA, '\2') + second);
  ASSERT_THAT(two, SizeIs(2));
  EXPECT_EQ(two[1].name, "x.allowed.test");
  EXPECT_EQ(type_name(two[1].type), "16");
}

TEST(DnsMessages, ThatAreAnswersOrCutShortAskNothing) {
  std::string answer = asked(kAllowed, kDnsA);
  answer[2] = '\x81';
  EXPECT_THAT(dns_questions(answer), IsEmpty());
  const std::string whole = asked(kAllowed, kDnsA);
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(dns_questions(whole.substr(0, size)), IsEmpty()) << size;
  }
  EXPECT_THAT(dns_questions(asked("\xc0\x0c", kDnsA)), SizeIs(::testing::Le(1u)));
}

TEST(DnsMessages, OfAnyBytesAreHarmless) {
  rc::check(
      [](const std::string& bytes) { dns_questions(asked(kAllowed, kDnsA, '\x7f') + bytes); });
}

TEST(AWorldsNames, LeadWhereTheProbeWantsThem) {
  EventLog log("");
  Names names({"allowed.test", "198.51.100.10|127.0.0.1", "203.0.113.77", "2001:db8::77"}, &log);
  const auto text = [&](const char* name, int family) {
    const auto found = names.look_up(name, family).addresses;
    return found.empty() ? "" : text_of(found.front());
  };
  EXPECT_EQ(text("allowed.TEST", AF_INET), "198.51.100.10");
  EXPECT_EQ(text("allowed.test", AF_INET), "127.0.0.1");
  EXPECT_EQ(text("allowed.test", AF_INET), "127.0.0.1");
  EXPECT_EQ(text("x.denied.test", AF_INET6), "2001:db8::77");
  EXPECT_EQ(text("a.127.0.0.1.nip.test", AF_INET), "127.0.0.1");
  EXPECT_FALSE(names.look_up("evildenied.test", AF_INET).exists);
  names.let_lead("allowed.test", "alias:localhost");
  EXPECT_EQ(names.look_up("allowed.test", AF_INET).alias, "localhost");
  names.let_lead("allowed.test", "none");
  EXPECT_FALSE(names.look_up("allowed.test", AF_INET).exists);
}

TEST(AWorldsNames, AreToldWhenTheyAreAskedFor) {
  EventLog log("");
  Names names({"allowed.test", "198.51.100.10", "203.0.113.77", ""}, &log);
  const std::string answer = names.answer(asked(kAllowed, kDnsA), "1.1.1.1:53");
  EXPECT_THAT(log.lines(), ElementsAre("asked allowed.test A 1.1.1.1:53"));
  EXPECT_EQ(answer.substr(answer.size() - 4), "\xc6\x33\x64\x0a");
  EXPECT_EQ(names.answer("", ""), "");
}

}  // namespace
}  // namespace sbxc::conform
