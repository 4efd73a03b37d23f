#include "compiler/pattern/ip_address.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace sbxc {
namespace {

std::string text_of(std::string_view spelling) {
  const IpParse parsed = parse_ip(spelling);
  return parsed.address ? parsed.address->text() : "";
}

TEST(IpAddress, ReadsStandardFormsAndWritesRfc5952) {
  const std::pair<const char*, const char*> table[] = {
      {"0.0.0.0", "0.0.0.0"},
      {"127.0.0.1", "127.0.0.1"},
      {"255.255.255.255", "255.255.255.255"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:DB8::1", "2001:db8::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
      {"fe80::1:2", "fe80::1:2"},
      {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
      {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
      {"::127.0.0.1", "::7f00:1"},
  };
  for (const auto& [spelling, canonical] : table)
    EXPECT_EQ(text_of(spelling), canonical) << spelling;
}

TEST(IpAddress, MappedAddressesAreTheIPv4AddressThatTheyMap) {
  for (const char* spelling : {"::ffff:127.0.0.1", "::FFFF:7f00:1", "0:0:0:0:0:ffff:127.0.0.1",
                               "::ffff:7f00:0001", "0000:0000:0000:0000:0000:ffff:7f00:1"}) {
    EXPECT_EQ(text_of(spelling), "127.0.0.1") << spelling;
  }
  EXPECT_EQ(text_of("::ffff:0:0"), "0.0.0.0");
}

TEST(IpAddress, OddSpellingsAreRefusedWithTheAddressTheyStandFor) {
  const std::pair<const char*, const char*> table[] = {
      {"127.1", "127.0.0.1"},
      {"127.0.1", "127.0.0.1"},
      {"2130706433", "127.0.0.1"},
      {"0x7f.1", "127.0.0.1"},
      {"0x7f000001", "127.0.0.1"},
      {"0X7F000001", "127.0.0.1"},
      {"0177.0.0.1", "127.0.0.1"},
      {"0177.0.0.01", "127.0.0.1"},
      {"017700000001", "127.0.0.1"},
      {"127.0.0.1.", "127.0.0.1"},
      {"127.0.0.01", "127.0.0.1"},
      {"127.000.000.001", "127.0.0.1"},
      {"0x7f.0x0.0x0.0x1", "127.0.0.1"},
      {"127.0x1", "127.0.0.1"},
      {"010.0.0.1", "8.0.0.1"},
      {"0", "0.0.0.0"},
      {"0.", "0.0.0.0"},
      {"0x", "0.0.0.0"},
      {"1", "0.0.0.1"},
      {"4294967295", "255.255.255.255"},
      {"169.16689662", "169.254.169.254"},
      {"0xa9fea9fe", "169.254.169.254"},
      {"127.0.0.1 ", "127.0.0.1"},
      {"127.0.0.1\tx", "127.0.0.1"},
      {"192.168.257", "192.168.1.1"},
  };
  for (const auto& [spelling, meant] : table) {
    const IpParse parsed = parse_ip(spelling);
    EXPECT_FALSE(parsed.address) << spelling;
    EXPECT_EQ(parsed.error, IpError::odd_spelling) << spelling;
    ASSERT_TRUE(parsed.meant) << spelling;
    EXPECT_EQ(parsed.meant->text(), meant) << spelling;
    EXPECT_TRUE(looks_like_ip(spelling)) << spelling;
  }
}

TEST(IpAddress, ZonesAreNamedAsZones) {
  for (const char* spelling : {"fe80::1%eth0", "fe80::1%25lo", "::1%", "127.0.0.1%lo"}) {
    EXPECT_EQ(parse_ip(spelling).error, IpError::zone_id) << spelling;
    EXPECT_TRUE(parse_ip(spelling).meant) << spelling;
    EXPECT_TRUE(looks_like_ip(spelling)) << spelling;
  }
}

TEST(IpAddress, OtherTextIsNoAddress) {
  for (const char* spelling : {"",
                               ".",
                               ":",
                               ":::",
                               "1::2::3",
                               "1:2:3:4:5:6:7:8:9",
                               "::1:2:3:4:5:6:7:8",
                               "1:2:3:4:5:6:7",
                               "12345::",
                               "g::",
                               "::1.2.3",
                               "::ffff:127.1",
                               "::ffff:0177.0.0.1",
                               "1.2.3.4::",
                               "::1.2.3.4:5",
                               "example.com",
                               "256.0.0.1",
                               "1.2.3.256",
                               "1.2.3.4.5",
                               "4294967296",
                               "0x100000000",
                               "09.0.0.1",
                               "1..2",
                               "-1",
                               "+1",
                               "1e3",
                               "[::1]",
                               "a.b.c.d",
                               "127.0.0.1%x%",
                               "fe80::1 %eth0"}) {
    const IpParse parsed = parse_ip(spelling);
    EXPECT_FALSE(parsed.address) << spelling;
    if (std::string_view(spelling).find('%') == std::string_view::npos) {
      EXPECT_EQ(parsed.error, IpError::not_an_address) << spelling;
    }
  }
}

TEST(IpAddress, TextThatEndsInANumberIsNeverAName) {
  for (const char* spelling : {"256.0.0.1", "1.2.3.4.5", "4294967296", "09.0.0.1", "example.0x1f",
                               "foo.1", "foo.1.", "foo.0x", "[::1]", "a.099"}) {
    EXPECT_TRUE(looks_like_ip(spelling)) << spelling;
  }
  for (const char* spelling : {"example.com", "1.example", "0x7f.com", "3com.com", "1a", "0xg",
                               "a.b.c1", "127.0.0.1.nip.io"}) {
    EXPECT_FALSE(looks_like_ip(spelling)) << spelling;
  }
}

RC_GTEST_PROP(IpAddress, AgreesWithTheSystemOnWhatIsAnAddress, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::element('0', '1', '2', '5', '9', 'a', 'f', 'F', 'x', '.', '.', ':', ':', '%'));
  in_addr v4{};
  in6_addr v6{};
  const bool known =
      inet_pton(AF_INET, text.c_str(), &v4) == 1 || inet_pton(AF_INET6, text.c_str(), &v6) == 1;
  RC_ASSERT(parse_ip(text).address.has_value() == known);
  in_addr aton{};
  if (inet_aton(text.c_str(), &aton) == 1) RC_ASSERT(looks_like_ip(text));
}

rc::Gen<IpAddress> any_address() {
  return rc::gen::map(
      rc::gen::pair(rc::gen::arbitrary<bool>(),
                    rc::gen::container<std::array<uint8_t, 16>>(
                        rc::gen::weightedOneOf<uint8_t>({{2, rc::gen::just<uint8_t>(0)},
                                                         {1, rc::gen::just<uint8_t>(255)},
                                                         {2, rc::gen::arbitrary<uint8_t>()}}))),
      [](std::pair<bool, std::array<uint8_t, 16>> parts) {
        if (parts.first) return IpAddress{.v6 = true, .bytes = parts.second};
        return IpAddress::v4(parts.second[0], parts.second[1], parts.second[2], parts.second[3]);
      });
}

RC_GTEST_PROP(IpAddress, TextReadsBackAsTheSameAddress, ()) {
  const IpAddress address = *any_address();
  const IpParse parsed = parse_ip(address.text());
  RC_ASSERT(parsed.address.has_value());
  if (address.v6 == parsed.address->v6)
    RC_ASSERT(*parsed.address == address);  // else it was mapped
  RC_ASSERT(parse_ip(parsed.address->text()).address == parsed.address);
}

RC_GTEST_PROP(IpAddress, TextIsWhatTheSystemWrites, ()) {
  const IpAddress address = *any_address();
  char buffer[INET6_ADDRSTRLEN];
  inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.bytes.data(), buffer, sizeof buffer);
  // The C library writes compatible and mapped addresses with a dotted quad; we write hexadecimal.
  if (!address.v6 || std::string_view(buffer).find('.') == std::string_view::npos) {
    RC_ASSERT(address.text() == buffer);
  }
}

TEST(IpNetwork, HoldsTheAddressesThatShareItsPrefix) {
  const auto network = [](const char* text, uint8_t prefix) {
    return IpNetwork{*parse_ip(text).address, prefix};
  };
  const auto address = [](const char* text) { return *parse_ip(text).address; };
  EXPECT_TRUE(network("10.0.0.0", 8).contains(address("10.255.255.255")));
  EXPECT_FALSE(network("10.0.0.0", 8).contains(address("11.0.0.0")));
  EXPECT_TRUE(network("10.0.0.0", 9).contains(address("10.127.255.255")));
  EXPECT_FALSE(network("10.0.0.0", 9).contains(address("10.128.0.0")));
  EXPECT_TRUE(network("0.0.0.0", 0).contains(address("255.255.255.255")));
  EXPECT_FALSE(network("0.0.0.0", 0).contains(address("::")));
  EXPECT_FALSE(network("::", 0).contains(address("1.2.3.4")));
  EXPECT_FALSE(network("::", 0).contains(address("::ffff:1.2.3.4")));
  EXPECT_TRUE(network("10.0.0.0", 8).contains(address("::ffff:10.0.0.1")));
  EXPECT_TRUE(network("2001:db8::1", 128).contains(address("2001:db8::1")));
  EXPECT_FALSE(network("2001:db8::1", 128).contains(address("2001:db8::2")));
}

RC_GTEST_PROP(IpNetwork, OfClearsHostBitsAndHoldsItsAddress, ()) {
  const IpAddress address = *any_address();
  const auto prefix = static_cast<uint8_t>(*rc::gen::inRange(0, address.bits() + 1));
  const IpNetwork network = IpNetwork::of(address, prefix);
  RC_ASSERT(network.contains(address));
  RC_ASSERT(network.contains(network.address));
  RC_ASSERT(IpNetwork::of(network.address, prefix) == network);
}

TEST(SpecialUse, KnowsWhatAPublicNameMustNotResolveTo) {
  const std::pair<const char*, const char*> table[] = {
      {"127.0.0.1", "loopback"},
      {"127.255.0.3", "loopback"},
      {"0.0.0.0", "unspecified"},
      {"0.1.2.3", "this network"},
      {"10.1.2.3", "private"},
      {"172.31.255.255", "private"},
      {"192.168.1.1", "private"},
      {"100.64.0.1", "carrier-grade NAT"},
      {"100.100.100.200", "cloud metadata"},
      {"169.254.169.254", "cloud metadata"},
      {"168.63.129.16", "cloud metadata"},
      {"169.254.1.1", "link-local"},
      {"224.0.0.251", "multicast"},
      {"255.255.255.255", "broadcast"},
      {"::1", "loopback"},
      {"::", "unspecified"},
      {"fe80::1", "link-local"},
      {"fc00::1", "unique local"},
      {"fd00:ec2::254", "cloud metadata"},
      {"ff02::fb", "multicast"},
      {"2001:db8::1", "documentation"},
      {"2001::1", "Teredo"},
      {"::127.0.0.1", "loopback"},
      {"::8.8.8.8", "IPv4-compatible"},
      {"64:ff9b::127.0.0.1", "loopback"},
      {"64:ff9b::169.254.169.254", "cloud metadata"},
      {"2002:7f00:1::", "loopback"},
      {"2002:a9fe:a9fe::1", "cloud metadata"},
      {"::ffff:0:127.0.0.1", "loopback"},
      {"::ffff:192.168.0.1", "private"},
  };
  for (const auto& [spelling, use] : table) {
    EXPECT_EQ(special_use(*parse_ip(spelling).address).value_or("none"), use) << spelling;
  }
  for (const char* spelling : {"8.8.8.8", "140.82.121.4", "2606:4700::1111", "64:ff9b::8.8.8.8",
                               "172.32.0.1", "11.0.0.0", "100.128.0.0", "2002:808:808::1"}) {
    EXPECT_FALSE(special_use(*parse_ip(spelling).address)) << spelling;
  }
}

TEST(SpecialUse, JudgesAMappedAddressThatWasNotParsedToo) {
  IpAddress mapped{.v6 = true};
  mapped.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};
  EXPECT_EQ(special_use(mapped), "loopback");
}

}  // namespace
}  // namespace sbxc
