#include "runtime/wire/client_hello.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "runtime/wire/hello_for_test.h"
#include "runtime/wire/pieces_for_test.h"

namespace sbxc::wire {
namespace {

using namespace std::string_literals;

std::string read(const std::string& bytes) {
  ClientHello hello;
  ClientHelloReader reader;
  const Outcome outcome = reader.read(bytes, hello);
  ClientHello again;
  ClientHelloReader patient;
  EXPECT_EQ(
      named(in_pieces(bytes, {}, [&](std::string_view part) { return patient.read(part, again); })),
      named(outcome));
  if (!outcome.is_done()) return named(outcome);
  EXPECT_EQ(again.server_name, hello.server_name);
  EXPECT_EQ(again.protocols, hello.protocols);
  EXPECT_EQ(outcome.length, bytes.size());
  std::string out = "[" + hello.server_name + "]";
  for (const std::string& protocol : hello.protocols) out += " " + protocol;
  return out + (hello.has_encrypted_hello ? " ech" : "") + (hello.offers_tls13 ? " 1.3" : "");
}

std::string read_extensions(const std::string& extensions) {
  return read(record(HelloForTest{.extensions = extensions}.message()));
}

std::string read_name(const std::string& name) { return read_extensions(server_name(name)); }

TEST(ClientHello, SaysWhatTheEngineAsks) {
  const std::string protocols =
      extension(16, with_u16_length(with_u8_length("h2") + with_u8_length("http/1.1")));
  const std::string versions = extension(43, with_u8_length("\x0a\x0a\x03\x04\x03\x03"));
  EXPECT_EQ(read_extensions(server_name("Example.com") + protocols + versions),
            "[example.com] h2 http/1.1 1.3");
  EXPECT_EQ(read_extensions(extension(0xFE0D, "\x00 anything"s) + server_name("outer.example")),
            "[outer.example] ech");
  EXPECT_EQ(read_extensions(extension(0xFFCE, "x")), "[] ech");
  EXPECT_EQ(read_extensions(""), "[]");
  EXPECT_EQ(read(record(HelloForTest{.session = "", .has_extensions = false}.message())), "[]");
}

TEST(ClientHello, MayBeCutIntoRecords) {
  const std::string message = HelloForTest{.extensions = server_name("example.com")}.message();
  for (const size_t size : {size_t{1}, size_t{2}, size_t{5}, size_t{60}, message.size() - 1}) {
    EXPECT_EQ(read(records(message, size)), "[example.com]") << size;
  }
  EXPECT_EQ(read(record(message.substr(0, 50))), "incomplete");
  EXPECT_EQ(read(record(message.substr(0, 50)) + record(message.substr(50, 20))), "incomplete");
  EXPECT_EQ(read(record(message).substr(0, 80)), "incomplete");
}

TEST(ClientHello, IsToldFromWhatIsNotTls) {
  for (const std::string& bytes : {"GET / HTTP/1.1\r\n"s, "\x17\x03\x03"s, "\x16\x02\x00"s,
                                   "\x80\x2e\x01\x03\x01"s, "\x15"s, "\0"s, "\x16\xfe\xfd"s}) {
    EXPECT_EQ(read(bytes), "not_tls") << bytes;
  }
  EXPECT_EQ(read(""), "incomplete");
  EXPECT_EQ(read("\x16"), "incomplete");
  EXPECT_EQ(read("\x16\x03"), "incomplete");
}

TEST(ClientHello, RefusesRecordsThatHideOrMixMessages) {
  const std::string message = HelloForTest{.extensions = server_name("a.example")}.message();
  const std::string start = record(message.substr(0, 20));
  const std::pair<std::string, const char*> table[] = {
      {record(""), "bad_client_hello"},
      {start + record(""), "bad_client_hello"},
      {start + record("\x01\x00", 21), "bad_client_hello"},  // an alert between
      {start + record("x", 23), "bad_client_hello"},
      {start + "\x16\x02\x01\x00\x01x"s, "bad_client_hello"},
      {record(message + message), "bad_client_hello"},  // a second hello behind the first
      {record(message + "x"), "bad_client_hello"},
      {start + record(message.substr(20) + "x"), "bad_client_hello"},
      {record(HelloForTest{}.message(2)), "bad_client_hello"},
      {record(HelloForTest{}.message(0)), "bad_client_hello"},
      {"\x16\x03\x01\x40\x01"s, "bad_client_hello"},  // longer than records are
      {"\x16\x03\x01\x00\x04\x01\x00\xff\xfd"s, "client_hello_too_large"},
      {"\x16\x03\x01\x00\x04\x01\xff\xff\xff"s, "client_hello_too_large"},
  };
  for (const auto& [bytes, refusal] : table) EXPECT_EQ(read(bytes), refusal);
}

TEST(ClientHello, RefusesLengthsThatDoNotFit) {
  const std::string name = server_name("a.example");
  const auto hello = [](const HelloForTest& parts) { return read(record(parts.message())); };
  EXPECT_EQ(hello({.version = "\x02\x03"}), "bad_client_hello");
  EXPECT_EQ(hello({.session = std::string(33, 's')}), "bad_client_hello");
  EXPECT_EQ(hello({.suites = ""}), "bad_client_hello");
  EXPECT_EQ(hello({.suites = "abc"}), "bad_client_hello");
  EXPECT_EQ(hello({.compressions = ""}), "bad_client_hello");
  EXPECT_EQ(hello({.extensions = name + "x"}), "bad_client_hello");
  EXPECT_EQ(hello({.extensions = name.substr(0, name.size() - 1)}), "bad_client_hello");
  EXPECT_EQ(hello({.extensions = "\x00\x00\xff\xff"s}), "bad_client_hello");
  EXPECT_EQ(hello({.extensions = name + name}), "bad_client_hello") << "twice the same extension";
  EXPECT_EQ(hello({.extensions = extension(21, "") + extension(21, "")}), "bad_client_hello");
  std::string many;
  for (uint16_t type = 100; type < 165; ++type) many += extension(type, "");
  EXPECT_EQ(hello({.extensions = many}), "bad_client_hello");
  EXPECT_EQ(hello({.extensions = many.substr(4)}), "[]");
  EXPECT_EQ(hello({.extensions = extension(16, "")}), "bad_client_hello");
  EXPECT_EQ(hello({.extensions = extension(16, with_u16_length(""))}), "bad_client_hello");
  EXPECT_EQ(hello({.extensions = extension(16, with_u16_length("\x00"s))}), "bad_client_hello");
  EXPECT_EQ(hello({.extensions = extension(16, with_u16_length("\x05h2"))}), "bad_client_hello");
  EXPECT_EQ(hello({.extensions = extension(43, with_u8_length("\x03"))}), "bad_client_hello");
  std::string message = HelloForTest{.extensions = name}.message();
  message.insert(message.size(), "x");
  message[3] = static_cast<char>(message[3] + 1);  // a byte behind the extensions
  EXPECT_EQ(read(record(message)), "bad_client_hello");
}

TEST(ClientHello, HasOnePlainServerName) {
  EXPECT_EQ(read_name("EXAMPLE.com."), "[example.com]");
  EXPECT_EQ(read_name("xn--bcher-kva.example"), "[xn--bcher-kva.example]");
  for (const std::string& name :
       {""s, "."s, "a..b"s, "evil.example\0.allowed.example"s, "a b"s, "a%00b"s, "127.0.0.1"s,
        "127.1"s, "::1"s, "[::1]"s, "a:443"s, "*.example.com"s, "u@a"s, std::string(254, 'a'),
        "b\xC3\xBC"
        "cher.example"s,
        "a\xE3\x80\x82"
        "b"s,
        "\x1b[2J"s}) {
    EXPECT_EQ(read_name(name), "bad_server_name") << name;
  }
  const auto entries = [](const std::string& list) {
    return read_extensions(extension(0, with_u16_length(list)));
  };
  EXPECT_EQ(entries(name_entry("a.example") + name_entry("b.example")), "bad_server_name");
  EXPECT_EQ(entries(name_entry("a.example") + name_entry("b", 7)), "bad_server_name");
  EXPECT_EQ(entries(name_entry("a.example", 1)), "bad_server_name");
  EXPECT_EQ(entries(""), "bad_client_hello");
  EXPECT_EQ(entries(name_entry("a.example") + "x"), "bad_server_name");
  EXPECT_EQ(read_extensions(extension(0, "")), "bad_client_hello");
  EXPECT_EQ(read_extensions(extension(0, with_u16_length(name_entry("a")) + "x")),
            "bad_client_hello");
}

TEST(ClientHello, IsBoundedHoweverItIsCut) {
  const std::string large =
      HelloForTest{.extensions = extension(21, std::string(60000, '\0'))}.message();
  ClientHello hello;
  ClientHelloReader whole;
  EXPECT_TRUE(whole.read(records(large, 16384), hello).is_done());
  ClientHelloReader crumbs;
  EXPECT_EQ(named(crumbs.read(records(large, 1), hello)), "client_hello_too_large");
}

TEST(HelloRetryRequest, IsToldFromAServerHello) {
  const std::string retry = unhex(
      "160303 0058 02 000054 0303 "
      "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
  EXPECT_EQ(named(read_hello_retry_request(retry + "more")), "done 43");
  EXPECT_EQ(named(read_hello_retry_request(retry.substr(0, 42))), "incomplete");
  EXPECT_EQ(named(read_hello_retry_request(retry.substr(0, 12) + "x")), "not_tls");
  EXPECT_EQ(named(read_hello_retry_request("HTTP/1.1 400")), "not_tls");
}

RC_GTEST_PROP(ClientHello, MutatedHellosAreReadAlikeInAnyPieces, ()) {
  std::string message = HelloForTest{.extensions = server_name("example.com") +
                                                   extension(16, with_u16_length("\x02h2"))}
                            .message();
  std::string bytes = records(message, *rc::gen::inRange<size_t>(1, 200));
  for (const auto at :
       *rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(0, bytes.size()))) {
    bytes[at] = *rc::gen::arbitrary<char>();
  }
  const auto sizes = *rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(1, 90));
  ClientHello hello;
  ClientHelloReader whole;
  ClientHelloReader parts;
  const Outcome outcome = whole.read(bytes, hello);
  RC_ASSERT(named(in_pieces(bytes, sizes, [&](std::string_view part) {
              ClientHello unused;
              return parts.read(part, unused);
            })) == named(outcome));
}

}  // namespace
}  // namespace sbxc::wire
