#include "conformance/suite/network/packet.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace sbxc::conform {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string v4(char protocol, const std::string& rest) {
  return std::string("\x45\0\0\0\0\0\0\0\x40", 9) + protocol + std::string(6, '\0') + "\xcb" +
         std::string(1, '\0') + "\x71\x4d" + rest;
}

std::string v6(char next, const std::string& rest) {
  return std::string("\x60\0\0\0\0\0", 6) + next + '\x40' + std::string(16, '\0') +
         std::string("\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x77", 16) + rest;
}

std::string stream(char flags, const std::string& payload) {
  return std::string("\xc0\1\0\x50", 4) + std::string(8, '\0') + '\x50' + flags +
         std::string(6, '\0') + payload;
}

std::string datagram(const std::string& payload) {
  return std::string("\xc0\1\1\xbb\0\0\0\0", 8) + payload;
}

std::vector<std::string> told(const std::string& packet) {
  EventLog log("n0ab");
  tell_packet(packet, "203.0.113.77:53", &log);
  return log.lines();
}

TEST(Packets, TellTheFirstOfAConnectionAndWhatHoldsTheNonce) {
  EXPECT_THAT(told(v4(6, stream(2, ""))), ElementsAre("tcp 203.0.113.77:80"));
  EXPECT_THAT(told(v4(6, stream(0x12, ""))), IsEmpty());
  EXPECT_THAT(told(v4(6, stream(0x18, "GET /n0ab"))), ElementsAre("wire 203.0.113.77:80"));
  EXPECT_THAT(told(v6(6, stream(2, ""))), ElementsAre("tcp [2001:db8::77]:80"));
}

TEST(Packets, TellEveryOtherProtocol) {
  EXPECT_THAT(told(v4(17, datagram("x"))), ElementsAre("udp 203.0.113.77:443"));
  EXPECT_THAT(told(v4(1, std::string("\x08\0\0\0", 4))), ElementsAre("ping 203.0.113.77"));
  EXPECT_THAT(told(v4(1, std::string("\x03\0\0\0", 4))), IsEmpty());
  EXPECT_THAT(told(v6(58, "\x80")), ElementsAre("ping 2001:db8::77"));
  EXPECT_THAT(told(v4('\x84', datagram(""))), ElementsAre("sctp 203.0.113.77:443"));
  EXPECT_THAT(told(v4('\x88', datagram(""))), ElementsAre("udplite 203.0.113.77:443"));
  EXPECT_THAT(told(v4(47, "")), ElementsAre("ip 47 203.0.113.77"));
}

TEST(Packets, AreLookedIntoBehindOtherHeaders) {
  const std::string options = std::string("\x11\0\0\0\0\0\0\0", 8);
  EXPECT_THAT(told(v6(60, options + datagram("x"))), ElementsAre("udp [2001:db8::77]:443"));
  EXPECT_THAT(told(v6(0, options + datagram("x"))), ElementsAre("udp [2001:db8::77]:443"));
}

TEST(Packets, OfAnyBytesAreHarmless) {
  rc::check([](const std::string& bytes) {
    EventLog log("");
    for (const char first : {'\x45', '\x4f', '\x60'}) tell_packet(first + bytes, "", &log);
    mark_number(bytes);
  });
}

}  // namespace
}  // namespace sbxc::conform
