// Bytes that are no messages, and requests as the kernel reads them.
#include "runtime/netns/netlink.h"

#include <gmock/gmock.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <cstring>

namespace sbxc::netns {
namespace {

using testing::ElementsAre;

std::string message(uint32_t length, uint16_t type, const std::string& body) {
  nlmsghdr head{};
  head.nlmsg_len = length;
  head.nlmsg_type = type;
  return std::string(bytes_of(head)) + body;
}

struct Seen {
  bool sense = false;
  std::vector<std::string> bodies;
};

Seen cut(const std::string& datagram) {
  Seen seen;
  seen.sense = each_message(datagram, [&](const nlmsghdr&, std::string_view body) {
    seen.bodies.emplace_back(body);
    return true;
  });
  return seen;
}

TEST(Netlink, DatagramIsCutAtItsLengths) {
  const Seen seen = cut(message(19, 1, "abc") + '\0' + message(20, 2, "defg"));
  EXPECT_TRUE(seen.sense);
  EXPECT_THAT(seen.bodies, ElementsAre("abc", "defg"));
  EXPECT_TRUE(cut("").sense);
  EXPECT_TRUE(cut(message(17, 1, "a")).sense);  // the last one's padding may be missing
}

TEST(Netlink, LengthsThatDoNotFitAreNone) {
  for (const uint32_t length : {0U, 1U, 15U, 21U, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
    const Seen seen = cut(message(length, 1, "abcd"));
    EXPECT_FALSE(seen.sense) << length;
    EXPECT_TRUE(seen.bodies.empty()) << length;
  }
  const std::string whole = message(20, 1, "abcd");
  for (size_t size = 1; size < whole.size(); ++size) {
    EXPECT_FALSE(cut(whole.substr(0, size)).sense) << size;
  }
}

TEST(Netlink, LinkThatIsTooShortIsNone) {
  ifinfomsg facts{};
  facts.ifi_index = 7;
  const std::string body(bytes_of(facts));
  Link link;
  EXPECT_TRUE(read_link({RTM_NEWLINK, body}, link));
  EXPECT_EQ(link.index, 7);
  EXPECT_FALSE(read_link({RTM_NEWLINK, std::string_view(body).substr(1)}, link));
  EXPECT_FALSE(read_link({RTM_DELLINK, body}, link));
}

// In whatever namespace the test runs: nothing is changed by asking.
TEST(Netlink, EveryRequestHasItsOwnError) {
  auto netlink = Netlink::open(NETLINK_ROUTE);
  ASSERT_TRUE(netlink) << netlink.error().message;
  Requests requests;
  ifinfomsg link{};
  link.ifi_index = 0x7FFFFFF0;  // there is none
  requests.begin(RTM_GETLINK, NLM_F_ACK, bytes_of(link));
  requests.begin(NLMSG_MIN_TYPE + 2000, NLM_F_ACK, bytes_of(link));
  requests.begin(NLMSG_NOOP, NLM_F_ACK, {});
  const auto errors = netlink->perform(requests);
  ASSERT_TRUE(errors) << errors.error().message;
  EXPECT_THAT(*errors, ElementsAre(ENODEV, EOPNOTSUPP, 0));
}

TEST(Netlink, AttributesAreNestedAndPadded) {
  Requests requests;
  requests.begin(1, 0, "head");
  requests.nest(5);
  requests.attribute(6, "abcde");
  requests.end_nest();
  requests.number(7, 0x01020304);
  const std::string& bytes = requests.bytes();
  nlmsghdr head{};
  std::memcpy(&head, bytes.data(), sizeof head);
  EXPECT_EQ(head.nlmsg_len, bytes.size());
  EXPECT_EQ(bytes.substr(sizeof head), std::string("head"
                                                   "\x10\0\x05\x80"
                                                   "\x09\0\x06\0abcde\0\0\0"
                                                   "\x08\0\x07\0\x01\x02\x03\x04",
                                                   4 + 4 + 12 + 8));
}

}  // namespace
}  // namespace sbxc::netns
