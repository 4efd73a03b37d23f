#include "runtime/dns/names.h"

#include <gtest/gtest.h>

namespace sbxc::dns {
namespace {

IpAddress ip(const char* text) { return *parse_ip(text).address; }

TEST(Names, EachHasAnAddressOfEachFamilyForGood) {
  Names names;
  const NameId a = *names.add("a.test");
  const NameId b = *names.add("b.test");
  EXPECT_EQ(v4_of(a).text(), "198.18.0.1");
  EXPECT_EQ(v4_of(b).text(), "198.18.0.2");
  EXPECT_EQ(v6_of(a).text(), "fd73:6278:6300::1:0");
  EXPECT_EQ(v6_of(b).text(), "fd73:6278:6300::1:1");
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(names.add("x" + std::to_string(i) + ".test"));
  EXPECT_EQ(*names.add("a.test"), a);
  EXPECT_EQ(names.name_of(v4_of(b)), "b.test");
  EXPECT_EQ(names.name_of(v6_of(b)), "b.test");
  EXPECT_EQ(names.size(), 1002U);
}

TEST(Names, OtherAddressesStandForNone) {
  Names names;
  for (int i = 0; i < 10; ++i) names.add("x" + std::to_string(i) + ".test");
  for (const char* address :
       {"198.18.0.0", "198.18.0.11", "198.18.255.255", "198.19.0.1", "198.17.0.1", "10.0.0.1",
        "fd73:6278:6300::", "fd73:6278:6300::1", "fd73:6278:6300::1:a", "fd73:6278:6300:1::1:0",
        "fd73:6278:6300:ffff::1", "fd73:6278:6301::1:0", "::1"}) {
    EXPECT_EQ(names.name_of(ip(address)), "") << address;
  }
  EXPECT_EQ(names.name_of(ip("198.18.0.10")), "x9.test");
}

TEST(Names, TakeNoMoreThanFitIntoTheirRange) {
  Names names;
  std::optional<NameId> last;
  for (size_t i = 0; i < kMostNames; ++i) {
    last = names.add(std::to_string(i) + ".t");
    ASSERT_TRUE(last);
  }
  EXPECT_EQ(v4_of(*last).text(), "198.18.255.254");
  EXPECT_EQ(names.name_of(v4_of(*last)), std::to_string(kMostNames - 1) + ".t");
  EXPECT_EQ(names.name_of(v6_of(*last)), std::to_string(kMostNames - 1) + ".t");
  EXPECT_FALSE(names.add("one-more.t"));
  EXPECT_EQ(*names.add("7.t"), NameId{7});
}

TEST(Names, TakeNoMoreBytesThanTheyMay) {
  Names names(10, 12);
  EXPECT_TRUE(names.add("a.test"));
  EXPECT_TRUE(names.add("b.test"));
  EXPECT_FALSE(names.add("c"));
  EXPECT_TRUE(names.add("a.test"));
  EXPECT_EQ(names.name_of(ip("198.18.0.2")), "b.test");
}

}  // namespace
}  // namespace sbxc::dns
