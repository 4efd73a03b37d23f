#include "runtime/wire/socks.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "runtime/wire/pieces_for_test.h"

namespace sbxc::wire {
namespace {

using namespace std::string_literals;

template <typename Read>
std::string same_in_pieces(const std::string& bytes, Read read) {
  const Outcome outcome = read(bytes);
  EXPECT_EQ(named(in_pieces(bytes, {}, read)), named(outcome));
  return named(outcome);
}

std::string greet(const std::string& bytes) {
  SocksGreeting greeting;
  std::string outcome = same_in_pieces(
      bytes, [&greeting](std::string_view part) { return read_socks_greeting(part, greeting); });
  if (!outcome.starts_with("done")) return outcome;
  if (greeting.offers_none) outcome += " none";
  if (greeting.offers_password) outcome += " password";
  return outcome;
}

std::string request(const std::string& bytes) {
  Endpoint asked;
  const std::string outcome = same_in_pieces(
      bytes, [&asked](std::string_view part) { return read_socks_request(part, asked); });
  return outcome.starts_with("done") ? outcome + " " + asked.text() : outcome;
}

// A CONNECT to a name at port 443.
std::string request_for(const std::string& name) {
  return request("\x05\x01\x00\x03"s + static_cast<char>(name.size()) + name + "\x01\xbb"s);
}

TEST(Socks, GreetingsOfferMethods) {
  EXPECT_EQ(greet("\x05\x01\x00"s), "done 3 none");
  EXPECT_EQ(greet("\x05\x03\x00\x01\x02\x05"s), "done 5 none password");
  EXPECT_EQ(greet("\x05\x01\x01"s), "done 3") << "GSSAPI alone: no method is acceptable";
  EXPECT_EQ(greet("\x05\xff"s + std::string(255, '\x02')), "done 257 password");
  EXPECT_EQ(greet("\x05\x00"s), "bad_socks");
  EXPECT_EQ(greet("\x05\x02\x00"s), "incomplete");
  EXPECT_EQ(greet("\x06\x01\x00"s), "bad_socks");
  EXPECT_EQ(greet("GET / HTTP/1.1\r\n"), "bad_socks");
  EXPECT_EQ(greet(""), "incomplete");
}

TEST(Socks, Version4IsRefusedByName) {
  EXPECT_EQ(greet("\x04\x01\x00\x50\x7f\x00\x00\x01\x00"s), "socks4");
  EXPECT_EQ(greet("\x04\x01\x00\x50\x00\x00\x00\x01\x00"
                  "evil.example\0"s),
            "socks4");
  EXPECT_EQ(socks4_rejection(), "\0\x5b\0\0\0\0\0\0"s);
}

TEST(Socks, LoginsHaveUserAndPassword) {
  const auto login = [](const std::string& bytes) {
    SocksLogin found;
    const Outcome outcome = read_socks_login(bytes, found);
    if (!outcome.is_done()) return named(outcome);
    return named(outcome) + " " + std::string(found.user) + " " + std::string(found.password);
  };
  EXPECT_EQ(login("\x01\x04sbxc\x03"
                  "abc\x05"s),
            "done 10 sbxc abc");
  EXPECT_EQ(login("\x01\x00\x00"s), "done 3  ");
  EXPECT_EQ(login("\x01\x01"
                  "a\x02"
                  "b\0"s),
            "done 6 a b\0"s);
  EXPECT_EQ(login("\x01\x04sb"s), "incomplete");
  EXPECT_EQ(login("\x01"), "incomplete");
  EXPECT_EQ(login(""), "incomplete");
  EXPECT_EQ(login("\x05\x01"), "bad_socks");
}

TEST(Socks, RequestsNameAnEndpoint) {
  EXPECT_EQ(request("\x05\x01\x00\x01\xc0\x00\x02\x01\x01\xbb"s), "done 10 192.0.2.1:443");
  EXPECT_EQ(request_for("Example.COM."), "done 19 example.com:443");
  EXPECT_EQ(request("\x05\x01\x00\x04"s + unhex("20010db8000000000000000000000001 0050")),
            "done 22 [2001:db8::1]:80");
  EXPECT_EQ(request_for("b\xC3\xBC"
                        "cher.example"),
            "done 22 xn--bcher-kva.example:443");
}

TEST(Socks, AnAddressIsOneInWhateverFormItComes) {
  EXPECT_EQ(request("\x05\x01\x00\x04"s + unhex("00000000000000000000ffff7f000001 0050")),
            "done 22 127.0.0.1:80");
  EXPECT_EQ(request_for("127.0.0.1"), "done 16 127.0.0.1:443");
  EXPECT_EQ(request_for("::1"), "done 10 [::1]:443");
  EXPECT_EQ(request_for("::ffff:127.0.0.1"), "done 23 127.0.0.1:443");
  for (const char* odd : {"127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1."}) {
    EXPECT_EQ(request_for(odd), "odd_address") << odd;
  }
  EXPECT_EQ(request_for("fe80::1%eth0"), "zone_id");
}

TEST(Socks, NamesWithJunkAreRefused) {
  for (const std::string& name :
       {"evil.example\0.allowed.example"s, "allowed.example\r\n"s, "a b"s, "a\tb"s, "a%00b"s, ""s,
        "a..b"s, "."s, "[::1]"s, "a:443"s, "u@a"s, "a/b"s, "a#b"s, "*.a"s, std::string(255, 'a'),
        "\x1b[2J"s, "a\x7f"s}) {
    EXPECT_EQ(request_for(name), "bad_name") << name;
  }
}

TEST(Socks, RequestsForAnythingElseAreRefused) {
  const std::pair<std::string, const char*> table[] = {
      {"\x05\x02\x00\x01\x7f\x00\x00\x01\x00\x50"s, "socks_command"},
      {"\x05\x03\x00\x01\x7f\x00\x00\x01\x00\x50"s, "socks_command"},
      {"\x05\x00\x00\x01"s, "bad_socks"},
      {"\x05\x04\x00\x01"s, "bad_socks"},
      {"\x05\x01\x01\x01"s, "bad_socks"},
      {"\x05\x01\x00\x02"s, "socks_address_type"},
      {"\x05\x01\x00\x00"s, "socks_address_type"},
      {"\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x00"s, "bad_port"},
      {"\x04\x01\x00\x50"s, "socks4"},
      {"\x01\x01\x00\x01"s, "bad_socks"},
      {"\x05\x01\x00\x03\x05"
       "a.b"s,
       "incomplete"},
      {"\x05\x01\x00\x03\x03"
       "a.b\x00"s,
       "incomplete"},
      {"\x05\x01\x00\x03"s, "incomplete"},
      {"\x05"s, "incomplete"},
  };
  for (const auto& [bytes, refusal] : table) EXPECT_EQ(request(bytes), refusal) << bytes;
}

TEST(Socks, AnswersAsTheRfcSays) {
  EXPECT_EQ(socks_method(SocksMethod::password), "\x05\x02");
  EXPECT_EQ(socks_method(SocksMethod::unacceptable), "\x05\xff");
  EXPECT_EQ(socks_login_result(true), "\x01\x00"s);
  EXPECT_EQ(socks_login_result(false), "\x01\x01"s);
  EXPECT_EQ(socks_reply(SocksReply::succeeded), "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"s);
  EXPECT_EQ(socks_reply(socks_reply_for(Refusal::socks_command))[1], 7);
  EXPECT_EQ(socks_reply(socks_reply_for(Refusal::socks_address_type))[1], 8);
  EXPECT_EQ(socks_reply(socks_reply_for(Refusal::odd_address))[1], 2);
  EXPECT_EQ(socks_reply(socks_reply_for(Refusal::bad_socks))[1], 1);
}

RC_GTEST_PROP(Socks, MutatedRequestsAreReadAlikeInAnyPieces, ()) {
  std::string bytes =
      "\x05\x01\x00\x03\x0b"
      "example.com\x01\xbb and more"s;
  for (const auto at :
       *rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(0, bytes.size()))) {
    bytes[at] = *rc::gen::arbitrary<char>();
  }
  const auto sizes = *rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(1, 9));
  Endpoint whole;
  Endpoint parts;
  const Outcome outcome = read_socks_request(bytes, whole);
  RC_ASSERT(named(in_pieces(bytes, sizes, [&parts](std::string_view part) {
              return read_socks_request(part, parts);
            })) == named(outcome));
  if (outcome.is_done()) RC_ASSERT(parts == whole);
}

}  // namespace
}  // namespace sbxc::wire
