#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "runtime/wire/dns_for_test.h"
#include "runtime/wire/dns_message.h"
#include "runtime/wire/pieces_for_test.h"

namespace sbxc::wire {
namespace {

using namespace std::string_literals;

// The name and type, or the refusal with the code that is to be answered.
std::string read(const std::string& bytes) {
  const std::vector<char> exact(bytes.begin(), bytes.end());
  DnsQuery query;
  const Outcome outcome = read_dns_query({exact.data(), exact.size()}, query);
  if (outcome.is_bad()) {
    return named(outcome) + " " + std::to_string(static_cast<unsigned>(query.refusal_code));
  }
  EXPECT_EQ(outcome, Outcome::done(bytes.size()));
  return query.name + " " + std::to_string(static_cast<unsigned>(query.type)) +
         (query.reverse ? " " + query.reverse->text() : "") +
         (query.has_edns ? " edns " + std::to_string(query.udp_size) : "");
}

std::string read_name_of(const std::string& wire_name) {
  return read(QuestionForTest{.name = wire_name}.bytes());
}

TEST(DnsQuery, IsOneQuestion) {
  EXPECT_EQ(read(QuestionForTest{}.bytes()), "example.com 1");
  EXPECT_EQ(read(QuestionForTest{.name = labels("WWW.Example.COM"), .type = 28}.bytes()),
            "www.example.com 28");
  EXPECT_EQ(read(QuestionForTest{.name = labels("_dns.resolver.arpa"), .type = 64}.bytes()),
            "_dns.resolver.arpa 64");
  EXPECT_EQ(read(QuestionForTest{.type = 65535}.bytes()), "example.com 65535");
  EXPECT_EQ(read(QuestionForTest{}.with_edns(1232).bytes()), "example.com 1 edns 1232");
  EXPECT_EQ(read(QuestionForTest{}.with_edns(0).bytes()), "example.com 1 edns 512");
  EXPECT_EQ(read(QuestionForTest{}.with_edns(4096, 0, "\x00\x0a\x00\x02zz"s).bytes()),
            "example.com 1 edns 4096");
}

TEST(DnsQuery, KeepsWhatTheAnswerHasToRepeat) {
  const std::string bytes =
      QuestionForTest{.id = 7, .flags = 0x0110, .name = labels("A.b")}.bytes();
  DnsQuery query;
  ASSERT_TRUE(read_dns_query(bytes, query).is_done());
  EXPECT_EQ(query.id, 7);
  EXPECT_TRUE(query.recursion_desired);
  EXPECT_TRUE(query.checking_disabled);
  EXPECT_EQ(query.question,
            "\x01"
            "A\x01"
            "b\0\0\x01\0\x01"s);
}

TEST(DnsQuery, GetsNoAnswerWhenItIsNone) {
  EXPECT_EQ(read(""), "dns_not_a_query 0");
  EXPECT_EQ(read(std::string(11, '\0')), "dns_not_a_query 0");
  EXPECT_EQ(read(QuestionForTest{.flags = 0x8100}.bytes()), "dns_not_a_query 0");
}

TEST(DnsQuery, RefusesMessagesThatAreNotOnePlainQuestion) {
  using Q = QuestionForTest;
  const std::string good = Q{}.bytes();
  const std::pair<std::string, const char*> table[] = {
      {std::string(12, '\0'), "dns_bad_message 1"},
      {Q{.questions = 0}.bytes(), "dns_bad_message 1"},
      {Q{.questions = 2}.bytes(), "dns_bad_message 1"},
      {Q{.questions = 2, .rest = labels("b.example") + "\0\1\0\1"s}.bytes(), "dns_bad_message 1"},
      {Q{.answers = 1}.bytes(), "dns_bad_message 1"},
      {Q{.authorities = 1}.bytes(), "dns_bad_message 1"},
      {Q{.additional = 2}.bytes(), "dns_bad_message 1"},
      {Q{.additional = 1}.bytes(), "dns_bad_message 1"},
      {Q{.flags = 0x0300}.bytes(), "dns_bad_message 1"},
      {good + "x", "dns_bad_message 1"},
      {good.substr(0, good.size() - 1), "dns_bad_message 1"},
      {Q{}.with_edns(1232).bytes() + "x", "dns_bad_message 1"},
      {Q{}.with_edns(1232).with_edns(1232).bytes(), "dns_bad_message 1"},
      {Q{}.with_edns(1232, 0, "\0\1\0\5x"s).bytes(), "dns_bad_message 1"},
      {Q{.additional = 1, .rest = "\0\0\xfa\0\xff\0\0\0\0\0\0"s}.bytes(), "dns_bad_message 1"},
      {Q{.rest = std::string(5000, 'x')}.bytes(), "dns_bad_message 1"},
      {Q{.flags = 0x2800}.bytes(), "dns_not_implemented 4"},
      {Q{.flags = 0x2000}.bytes(), "dns_not_implemented 4"},
      {Q{.flags = 0x7800}.bytes(), "dns_not_implemented 4"},
      {Q{.type = 16, .klass = 3}.bytes(), "dns_class 5"},
      {Q{.klass = 255}.bytes(), "dns_class 5"},
      {Q{}.with_edns(1232, 1).bytes(), "dns_version 16"},
  };
  for (const auto& [bytes, refusal] : table) EXPECT_EQ(read(bytes), refusal);
}

TEST(DnsQuery, RefusesNamesThatAreNoneOnTheWire) {
  const std::string label63 = "\x3f" + std::string(63, 'a');
  std::string labels189;
  for (int i = 0; i < 3; ++i) labels189 += label63;
  std::string four_labels = labels189 + label63;
  four_labels += '\0';
  for (const std::string& name : {"\xc0\x0c"s,
                                  "\x01"
                                  "a\xc0\x0c"s,
                                  "\x40"s + std::string(64, 'a') + "\0"s,
                                  "\x80"
                                  "a\0"s,
                                  "\x07"
                                  "example"s,
                                  four_labels, std::string(400, '\1')}) {
    EXPECT_EQ(read_name_of(name), "dns_bad_message 1") << name;
  }
  std::string longest = labels189 + "\x3d" + std::string(61, 'a');
  longest += '\0';
  ASSERT_EQ(longest.size(), 255U);
  EXPECT_THAT(read_name_of(longest), testing::EndsWith("a 1"));
}

TEST(DnsQuery, RefusesNamesThatAreNoHosts) {
  for (const std::string& name : {"\x0b"
                                  "evil.exampl\x01"
                                  "e\0"s,  // a dot within a label
                                  "\x03"
                                  "a b\0"s,
                                  "\x03"
                                  "a\0b\0"s,
                                  "\x03"
                                  "a%b\0"s,
                                  "\x03"
                                  "a*b\0"s,
                                  "\x01*\x03"
                                  "com\0"s,
                                  "\x04"
                                  "b\xC3\xBC"
                                  "c\0"s,
                                  "\x03"
                                  "a\x7f"
                                  "b\0"s,
                                  "\x03"
                                  "127\x01"
                                  "0\x01"
                                  "0\x01"
                                  "1\0"s,
                                  "\x0a"
                                  "2130706433\0"s,
                                  "\x05"
                                  "\x1b[2Jx\0"s,
                                  "\x04"
                                  "xn--\0"s}) {
    EXPECT_EQ(read_name_of(name), "dns_bad_name 3") << name;
  }
  EXPECT_EQ(read_name_of("\0"s), "dns_bad_name 5");
}

TEST(DnsQuery, KnowsTheAddressThatAReverseNameMeans) {
  const auto reverse = [](const std::string& name) {
    return read(QuestionForTest{.name = labels(name), .type = 12}.bytes());
  };
  EXPECT_EQ(reverse("7.2.0.192.in-addr.arpa"), "7.2.0.192.in-addr.arpa 12 192.0.2.7");
  EXPECT_THAT(reverse("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.IP6.arpa"),
              testing::EndsWith(" 2001:db8::1"));
  EXPECT_THAT(reverse("1.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa"),
              testing::EndsWith(" 127.0.0.1"));
  for (const char* name :
       {"1.2.3.in-addr.arpa", "1.2.3.4.5.in-addr.arpa", "1.2.3.256.in-addr.arpa",
        "1.2.3.04.in-addr.arpa", "1.2.3.a.in-addr.arpa", "in-addr.arpa", "x1.2.3.4.in-addr.arpa",
        "1.2.ip6.arpa", "1.2.3.4.in-addr.arpa.example", "-1.2.3.4.in-addr.arpa"}) {
    EXPECT_THAT(reverse(name), testing::EndsWith("12")) << name;
  }
}

TEST(DnsFrame, HasItsLengthInFront) {
  const auto frame = [](const std::string& bytes) { return named(read_dns_frame(bytes)); };
  EXPECT_EQ(frame(""), "incomplete");
  EXPECT_EQ(frame("\0"s), "incomplete");
  EXPECT_EQ(frame("\0\x0c"s + std::string(11, 'x')), "incomplete");
  EXPECT_EQ(frame("\0\x0c"s + std::string(20, 'x')), "done 14");
  EXPECT_EQ(frame("\0\0"s), "dns_not_a_query");
  EXPECT_EQ(frame("\0\x0b"s), "dns_not_a_query");
  EXPECT_EQ(frame("\x10\x01"s), "dns_bad_message");
  EXPECT_EQ(frame("\x10\x00"s), "incomplete");
}

}  // namespace
}  // namespace sbxc::wire
