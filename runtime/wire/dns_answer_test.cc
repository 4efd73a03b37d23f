#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "runtime/wire/dns_for_test.h"
#include "runtime/wire/dns_message.h"

namespace sbxc::wire {
namespace {

using namespace std::string_literals;

constexpr uint16_t kA = 1;
constexpr uint16_t kSoa = 6;
constexpr uint16_t kAaaa = 28;

AnswerForTest answer_to(const std::string& bytes, const DnsAnswer& answer,
                        DnsTransport transport = DnsTransport::udp) {
  DnsQuery query;
  const Outcome outcome = read_dns_query(bytes, query);
  DnsAnswer given = answer;
  if (outcome.is_bad()) given = {.code = query.refusal_code};
  std::string out = write_dns_answer(query, given, transport);
  if (transport == DnsTransport::tcp) {
    EXPECT_EQ(ByteReader(out).u16(), out.size() - 2);
    out.erase(0, 2);
  }
  auto read = read_answer(out);
  EXPECT_TRUE(read.has_value()) << "counts and lengths do not fit";
  return read.value_or(AnswerForTest{});
}

const std::array kAddresses = {IpAddress::v4(198, 18, 0, 1), *parse_ip("fd73::1").address};

TEST(DnsAnswer, HasTheAddressesOfTheTypeAskedFor) {
  const auto v4 = answer_to(QuestionForTest{}.bytes(), {.addresses = kAddresses, .ttl = 60});
  EXPECT_EQ(v4.id, 0x1234);
  EXPECT_EQ(v4.flags, 0x8580);
  EXPECT_EQ(v4.question, "example.com. 1 1");
  ASSERT_EQ(v4.answers.size(), 1U);
  EXPECT_EQ(v4.answers[0].name, "example.com.");
  EXPECT_EQ(v4.answers[0].type, kA);
  EXPECT_EQ(v4.answers[0].klass, 1);
  EXPECT_EQ(v4.answers[0].ttl, 60U);
  EXPECT_EQ(v4.answers[0].data, "\xc6\x12\x00\x01"s);
  EXPECT_TRUE(v4.authorities.empty());
  EXPECT_TRUE(v4.additional.empty());
  const auto v6 =
      answer_to(QuestionForTest{.type = kAaaa}.bytes(), {.addresses = kAddresses, .ttl = 60});
  ASSERT_EQ(v6.answers.size(), 1U);
  EXPECT_EQ(v6.answers[0].type, kAaaa);
  EXPECT_EQ(v6.answers[0].data, "\xfd\x73"s + std::string(13, '\0') + "\1");
}

TEST(DnsAnswer, RepeatsTheQuestionLetterForLetter) {
  const auto answer =
      answer_to(QuestionForTest{.name = labels("eXaMpLe.CoM")}.bytes(), {.addresses = kAddresses});
  EXPECT_EQ(answer.question, "eXaMpLe.CoM. 1 1");
  EXPECT_EQ(answer.answers[0].name, "eXaMpLe.CoM.");
}

TEST(DnsAnswer, SaysThatThereIsNothingOfThatTypeWithAnSoaRecord) {
  for (const uint16_t type : std::array<uint16_t, 9>{65, 64, 16, 15, 33, 255, 2, 5, 6}) {
    const auto answer =
        answer_to(QuestionForTest{.type = type}.bytes(), {.addresses = kAddresses, .ttl = 5});
    EXPECT_EQ(answer.code(), 0U) << type;
    EXPECT_TRUE(answer.answers.empty()) << type;
    ASSERT_EQ(answer.authorities.size(), 1U) << type;
    EXPECT_EQ(answer.authorities[0].type, kSoa);
    EXPECT_EQ(answer.authorities[0].name, "");
    EXPECT_EQ(answer.authorities[0].ttl, 5U);
    EXPECT_EQ(answer.authorities[0].data.size(), 22U);
    EXPECT_EQ(ByteReader(std::string_view(answer.authorities[0].data).substr(18)).u32(), 5U);
  }
}

TEST(DnsAnswer, SaysThatANameDoesNotExistAndWhyAQuestionIsRefused) {
  const auto none = answer_to(QuestionForTest{}.bytes(), {.code = DnsCode::no_such_name, .ttl = 1});
  EXPECT_EQ(none.code(), 3U);
  EXPECT_EQ(none.authorities.size(), 1U);
  const auto bad_name = answer_to(QuestionForTest{.name = "\x03"
                                                          "a b\0"s}
                                      .bytes(),
                                  {});
  EXPECT_EQ(bad_name.code(), 3U);
  EXPECT_EQ(bad_name.question, "a b. 1 1");
  EXPECT_EQ(answer_to(QuestionForTest{.klass = 3}.bytes(), {}).code(), 5U);
  const auto update = answer_to(QuestionForTest{.flags = 0x2800}.bytes(), {});
  EXPECT_EQ(update.flags, 0x8000 | 0x2800 | 0x0400 | 0x0080 | 4);
  const auto malformed = answer_to(QuestionForTest{.questions = 2}.bytes(), {});
  EXPECT_EQ(malformed.code(), 1U);
  EXPECT_EQ(malformed.question, "");
}

TEST(DnsAnswer, EchoesEdnsAndItsVersion) {
  const auto plain =
      answer_to(QuestionForTest{}.with_edns(4096).bytes(), {.addresses = kAddresses});
  ASSERT_EQ(plain.additional.size(), 1U);
  EXPECT_EQ(plain.additional[0].type, 41);
  EXPECT_EQ(plain.additional[0].klass, kMaxDnsUdpAnswer);
  EXPECT_EQ(plain.additional[0].ttl, 0U);
  const auto newer = answer_to(QuestionForTest{}.with_edns(4096, 1).bytes(), {});
  EXPECT_EQ(newer.code(), 0U);
  EXPECT_EQ(newer.additional[0].ttl, 0x01000000U) << "BADVERS is 16: its upper bits are here";
}

TEST(DnsAnswer, IsCutToWhatADatagramHolds) {
  const std::vector<IpAddress> many(60, kAddresses[0]);  // 16 bytes each
  const DnsAnswer answer{.addresses = many};
  const auto cut = answer_to(QuestionForTest{}.bytes(), answer);
  EXPECT_TRUE(cut.is_truncated());
  EXPECT_TRUE(cut.answers.empty());
  EXPECT_EQ(cut.question, "example.com. 1 1");
  EXPECT_EQ(answer_to(QuestionForTest{}.with_edns(1232).bytes(), answer).answers.size(), 60U);
  EXPECT_TRUE(answer_to(QuestionForTest{}.with_edns(600).bytes(), answer).is_truncated());
  EXPECT_EQ(answer_to(QuestionForTest{}.bytes(), answer, DnsTransport::tcp).answers.size(), 60U);
  const std::vector<IpAddress> far_too_many(70000, kAddresses[0]);
  EXPECT_EQ(answer_to(QuestionForTest{}.bytes(), {.addresses = far_too_many}, DnsTransport::tcp)
                .answers.size(),
            64U);
}

TEST(DnsAnswer, NamesAnAddressForAReverseQuestion) {
  const auto answer =
      answer_to(QuestionForTest{.name = labels("1.0.18.198.in-addr.arpa"), .type = 12}.bytes(),
                {.pointer = "www.example.com", .ttl = 60});
  ASSERT_EQ(answer.answers.size(), 1U);
  EXPECT_EQ(answer.answers[0].data, labels("www.example.com"));
}

RC_GTEST_PROP(DnsAnswer, HoldsWhatWasPutIntoIt, ()) {
  const auto label = rc::gen::suchThat(
      rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::element('a', 'B', '7', '-', '_'))),
      [](const std::string& text) { return text.size() < 20; });
  const std::string name = *label + "." + *label + ".x";
  std::vector<IpAddress> addresses;
  for (const auto last : *rc::gen::container<std::vector<uint8_t>>(rc::gen::arbitrary<uint8_t>())) {
    addresses.push_back(IpAddress::v4(198, 18, 0, last));
  }
  if (addresses.size() > 20) addresses.resize(20);
  const auto ttl = *rc::gen::arbitrary<uint32_t>();
  const auto id = *rc::gen::arbitrary<uint16_t>();
  auto question = QuestionForTest{.id = id, .name = labels(name)};
  if (*rc::gen::arbitrary<bool>()) question = question.with_edns(1232);
  const auto answer = answer_to(question.bytes(), {.addresses = addresses, .ttl = ttl});
  RC_ASSERT(answer.id == id);
  RC_ASSERT(answer.question == name + ". 1 1");
  RC_ASSERT(answer.answers.size() == addresses.size());
  for (size_t i = 0; i < addresses.size(); ++i) {
    RC_ASSERT(answer.answers[i].ttl == ttl);
    RC_ASSERT(static_cast<uint8_t>(answer.answers[i].data[3]) == addresses[i].bytes[3]);
  }
}

RC_GTEST_PROP(DnsAnswer, ToMutatedQuestionsIsWellFormed, ()) {
  std::string bytes = QuestionForTest{}.with_edns(1232, 0, "\x00\x0a\x00\x02zz"s).bytes();
  for (const auto at :
       *rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(0, bytes.size()))) {
    bytes[at] = *rc::gen::arbitrary<char>();
  }
  DnsQuery query;
  const Outcome outcome = read_dns_query(bytes, query);
  if (outcome.refusal == Refusal::dns_not_a_query) return;
  RC_ASSERT(read_answer(write_dns_answer(query, {.code = query.refusal_code}, DnsTransport::udp))
                .has_value());
}

}  // namespace
}  // namespace sbxc::wire
