#include "runtime/wire/endpoint.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "runtime/wire/pieces_for_test.h"

namespace sbxc::wire {
namespace {

// The endpoint, or the name of the refusal.
std::string read(std::string_view text) {
  const auto authority = read_authority(text);
  if (!authority) return named(authority.error());
  return Endpoint{authority->host, authority->port.value_or(1)}.text();
}

TEST(Endpoint, ReadsEachHostInItsCanonicalForm) {
  const std::pair<const char*, const char*> table[] = {
      {"example.com:443", "example.com:443"},
      {"EXAMPLE.com.:443", "example.com:443"},
      {"example.com", "example.com:1"},
      {"b\xC3\xBC"
       "cher.example:80",
       "xn--bcher-kva.example:80"},
      {"192.0.2.7:65535", "192.0.2.7:65535"},
      {"[2001:DB8:0::1]:443", "[2001:db8::1]:443"},
      {"[::]:1", "[::]:1"},
      {"[::ffff:127.0.0.1]:80", "127.0.0.1:80"},
      {"[::ffff:7f00:1]:80", "127.0.0.1:80"},
      {"[0:0:0:0:0:ffff:10.1.2.3]", "10.1.2.3:1"},
      {"[64:ff9b::7f00:1]:80", "[64:ff9b::7f00:1]:80"},  // judged by what is inside, elsewhere
      {"[::127.0.0.1]:80", "[::7f00:1]:80"},
      {"localhost:5432", "localhost:5432"},
      {"127.0.0.1.nip.io:80", "127.0.0.1.nip.io:80"},
  };
  for (const auto& [text, endpoint] : table) EXPECT_EQ(read(text), endpoint) << text;
}

TEST(Endpoint, RefusesSpellingsThatOthersWouldReadAsAnAddress) {
  for (const char* host :
       {"127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0",
        "0x0", "127.0.0.01", "127.0.0.1.", "1.2.3.256", "256.256.256.256", "1.2.3.4.5", "0x",
        "example.1", "4294967296", "\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1"}) {
    EXPECT_EQ(read(host), "odd_address") << host;
    EXPECT_EQ(read(std::string(host) + ":80"), "odd_address") << host;
  }
  EXPECT_EQ(read("[fe80::1%eth0]:80"), "zone_id");
  EXPECT_EQ(read("[fe80::1%25eth0]:80"), "zone_id");
  EXPECT_EQ(read("[::1%]:80"), "zone_id");
}

TEST(Endpoint, RefusesPortsThatAreNotPlainNumbers) {
  for (const char* port : {"",
                           "0",
                           "00",
                           "080",
                           "0443",
                           "+80",
                           "-80",
                           " 80",
                           "80 ",
                           "0x50",
                           "8 0",
                           "65536",
                           "65616",
                           "4294967376",
                           "18446744073709551696",
                           "99999999999999",
                           "80a",
                           "http",
                           "80/",
                           "80:80",
                           "80,443",
                           "\xEF\xBC\x98\xEF\xBC\x90"}) {
    const std::string text = std::string("example.com:") + port;
    const std::string found = read(text);
    EXPECT_TRUE(found == "bad_port" || found == "bad_name") << text << " gave " << found;
    EXPECT_FALSE(read_port(port)) << port;
  }
  EXPECT_EQ(read("example.com:080"), "bad_port");
  EXPECT_EQ(read("example.com:"), "bad_port");
}

TEST(Endpoint, RefusesWhatIsNoHost) {
  using namespace std::string_literals;
  const std::pair<std::string, const char*> table[] = {
      {"", "bad_name"},
      {":443", "bad_name"},
      {"allowed.example@evil.example:443", "user_info"},
      {"user:password@example.com", "user_info"},
      {"@example.com", "user_info"},
      {"example.com@", "user_info"},
      {"evil.example\0.allowed.example:443"s, "bad_name"},
      {"evil.example%00.allowed.example:443", "bad_name"},
      {"allowed%2eexample:443", "bad_name"},
      {"evil.example#.allowed.example", "bad_name"},
      {"evil.example\\.allowed.example", "bad_name"},
      {"evil.example/.allowed.example", "bad_name"},
      {"evil.example?.allowed.example", "bad_name"},
      {"exa mple.com:443", "bad_name"},
      {" example.com:443", "bad_name"},
      {"example.com\t:443", "bad_name"},
      {"example.com\r\nHost: x:443", "bad_name"},
      {"*.example.com:443", "bad_name"},
      {"a..b:443", "bad_name"},
      {".example.com:443", "bad_name"},
      {"example.com..:443", "bad_name"},
      {".:443", "bad_name"},
      {std::string(64, 'a') + ".com", "bad_name"},
      {std::string(300, 'a'), "bad_name"},
      {std::string(60000, '.'), "bad_name"},
      {"2001:db8::1:443", "bad_name"},
      {"::1", "bad_name"},
      {"[::1", "bad_name"},
      {"[::1]443", "bad_name"},
      {"[::1]]:443", "bad_name"},
      {"[[::1]]:443", "bad_name"},
      {"[]:443", "bad_name"},
      {"[example.com]:443", "bad_name"},
      {"[127.0.0.1]:443", "bad_name"},
      {"[v1.x]:443", "bad_name"},
      {"[::1 ]:443", "bad_name"},
      {"[::127.1]:443", "bad_name"},
      {"[1::2::3]:443", "bad_name"},
      {"[12345::]:443", "bad_name"},
      {"a\xE2\x80\x8D"
       "b.com:443",
       "bad_name"},  // a zero-width joiner
  };
  for (const auto& [text, refusal] : table) EXPECT_EQ(read(text), refusal) << text;
}

TEST(Endpoint, IsWrittenWithTheBracketsAndThePortThatItNeeds) {
  const auto endpoint = [](std::string_view text) {
    auto authority = read_authority(text);
    return Endpoint{authority->host, *authority->port};
  };
  EXPECT_EQ(host_field(endpoint("example.com:80")), "example.com");
  EXPECT_EQ(host_field(endpoint("example.com:8080")), "example.com:8080");
  EXPECT_EQ(host_field(endpoint("[::1]:80")), "[::1]");
  EXPECT_EQ(host_field(endpoint("[::1]:443")), "[::1]:443");
  EXPECT_EQ(endpoint("[::1]:443").host_text(), "::1");
}

RC_GTEST_PROP(Endpoint, ReadsBackWhatItWrites, ()) {
  Endpoint endpoint;
  endpoint.port = *rc::gen::inRange<uint16_t>(1, 65535);
  if (*rc::gen::arbitrary<bool>()) {
    IpAddress address{.v6 = *rc::gen::arbitrary<bool>()};
    for (size_t i = 0; i < address.bits() / 8U; ++i) {
      address.bytes[i] = *rc::gen::element<uint8_t>(0, 0, 0, 1, 127, 255);
    }
    const auto same = parse_ip(address.text()).address;
    RC_ASSERT(same.has_value());
    endpoint.host = *same;  // without an IPv4 address in an IPv6 one
  } else {
    const auto label = rc::gen::nonEmpty(
        rc::gen::container<std::string>(rc::gen::element('a', 'z', '0', '9', '-', '_')));
    std::string name = *label + ".x";
    RC_PRE(name.size() < 60U);
    endpoint.host = name;
  }
  const auto again = read_authority(endpoint.text());
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->host == endpoint.host);
  RC_ASSERT(again->port == endpoint.port);
}

RC_GTEST_PROP(Endpoint, WhatIsReadIsPlain, ()) {
  std::string text;
  const auto piece =
      rc::gen::element<std::string>("a", "B", "1", ".", ":", "[", "]", "@", "%", "0x", "::", "ffff",
                                    "127", "443", "\xC3\xBC", "-");
  for (const auto& part : *rc::gen::container<std::vector<std::string>>(piece)) text += part;
  const auto authority = read_authority(text);
  if (!authority) return;
  const Endpoint endpoint{authority->host, authority->port.value_or(80)};
  RC_ASSERT(read(endpoint.text()) == endpoint.text());
  for (const char c : endpoint.text()) RC_ASSERT(c > 0x20 && c < 0x7F && c != '%' && c != '@');
}

}  // namespace
}  // namespace sbxc::wire
