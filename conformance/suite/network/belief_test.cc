// The proxy of the control has to believe what any program has believed, or attempts show nothing
// outside.
#include "conformance/suite/network/belief.h"

#include <gmock/gmock.h>

namespace sbxc::conform {
namespace {

std::string believed(const std::string& text) {
  EventLog log("");
  Names names({"allowed.test", "198.51.100.10", "203.0.113.77", "2001:db8::77"}, &log);
  const Authority authority = believed_authority(text, 443);
  const auto addresses = believed_addresses(authority.host, &names);
  return addresses.empty() ? "" : place_of(addresses.front(), authority.port);
}

TEST(Belief, ReadsEverySpellingOfAnAddress) {
  for (const char* text : {"203.0.113.77:80",
                           "3405803853:80",
                           "0xcb00714d:80",
                           "0xcb.0x0.0x71.0x4d:80",
                           "0313.0.0161.0115:80",
                           "203.0.29005:80",
                           "[::ffff:203.0.113.77]:80",
                           "[::ffff:cb00:714d]:80",
                           "::ffff:203.0.113.77:80",
                           "203.0.113.77.:80",
                           "%32%30%33.0.113.77:80",
                           "\xef\xbc\x92\xef\xbc\x90\xef\xbc\x93.0.113.77:80",
                           "203\xe3\x80\x82"
                           "0.113\xe3\x80\x82"
                           "77:80",
                           "allowed.test@203.0.113.77:80",
                           "a:b@203.0.113.77:80",
                           "203.0.113.77:80#@allowed.test",
                           "203.0.113.77:80\\@allowed.test",
                           "203.0.113.77:80%00@allowed.test",
                           "203.0.113.77:80/allowed.test",
                           "denied.test:80",
                           "x.denied.test.:80",
                           "denied.test%0d%0a.allowed.test:80"}) {
    const std::string found = believed(text);
    const bool port = std::string(text).find(":80") < std::string(text).find("%0d");
    EXPECT_EQ(found, port ? "203.0.113.77:80" : "203.0.113.77:443") << text;
  }
  EXPECT_EQ(believed(std::string("denied.test\0.allowed.test:80", 28)), "203.0.113.77:443");
}

TEST(Belief, ReadsPortsAsSomebodyHas) {
  EXPECT_EQ(believed("allowed.test:08080"), "198.51.100.10:8080");
  EXPECT_EQ(believed("allowed.test:+8080"), "198.51.100.10:8080");
  EXPECT_EQ(believed("allowed.test: 8080"), "198.51.100.10:8080");
  EXPECT_EQ(believed("allowed.test:0x1f90"), "198.51.100.10:8080");
  EXPECT_EQ(believed("allowed.test:80:8080"), "198.51.100.10:8080");
  EXPECT_EQ(believed("allowed.test"), "198.51.100.10:443");
  EXPECT_EQ(believed("[2001:db8::1]"), "[2001:db8::1]:443");
}

TEST(Belief, KnowsNothingOfNamesThatDoNotExist) {
  EXPECT_EQ(believed("nowhere.example:80"), "203.0.113.77:80");  // by the search list
  EXPECT_EQ(believed(""), "");
  EXPECT_EQ(believed("["), "");
}

}  // namespace
}  // namespace sbxc::conform
