// A program inside that would rather be outside: it has no capability over the namespace, and
// cannot get one.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>

#include <array>

#include "runtime/netns/netlink.h"
#include "runtime/netns/netns.h"
#include "runtime/netns/programs_for_test.h"
#include "runtime/netns/sandbox_process_for_test.h"

namespace sbxc::netns {
namespace {

Result<Inside> capture(const SandboxProcess& inside, Method method = Method::automatic) {
  Order order;
  order.process = inside.process();
  order.ports = {{443, 443}};
  order.loopback = Loopback::raise;
  order.method = method;
  auto started = Capture::start(order);
  if (!started) return tl::unexpected(started.error());
  return started->finish();
}

std::string said(Requests& requests, int protocol) {
  auto netlink = Netlink::open(protocol);
  if (!netlink) return "no socket";
  const auto errors = netlink->perform(requests, Netlink::Until::first_error);
  if (!errors) return errors.error().message;
  for (const int error : *errors) {
    if (error != 0) return strerrorname_np(error);
  }
  return "done";
}

std::string try_to_remove_the_routes() {
  std::string all;
  for (const uint8_t family : {uint8_t{AF_INET}, uint8_t{AF_INET6}}) {
    Requests requests;
    rtmsg route{};
    route.rtm_family = family;
    route.rtm_table = RT_TABLE_LOCAL;
    route.rtm_type = RTN_LOCAL;
    route.rtm_scope = RT_SCOPE_NOWHERE;
    requests.begin(RTM_DELROUTE, NLM_F_ACK, bytes_of(route));
    all += said(requests, NETLINK_ROUTE) + " ";
  }
  return all;
}

std::string try_to_take_lo_down() {
  Requests requests;
  ifinfomsg link{};
  link.ifi_index = 1;
  link.ifi_change = IFF_UP;
  requests.begin(RTM_NEWLINK, NLM_F_ACK, bytes_of(link));
  return said(requests, NETLINK_ROUTE);
}

std::string try_to_remove_the_rules() {
  Requests requests;
  nfgenmsg header{};
  header.res_id = htons(NFNL_SUBSYS_NFTABLES);
  requests.begin(NFNL_MSG_BATCH_BEGIN, NLM_F_ACK, bytes_of(header));
  header.nfgen_family = NFPROTO_INET;
  header.res_id = 0;
  requests.begin(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_DELTABLE, NLM_F_ACK, bytes_of(header));
  requests.text(NFTA_TABLE_NAME, "sbxc");
  header.res_id = htons(NFNL_SUBSYS_NFTABLES);
  requests.begin(NFNL_MSG_BATCH_END, 0, bytes_of(header));
  return said(requests, NETLINK_NETFILTER);
}

TEST(NetnsHostile, ProgramInsideCannotUndoIt) {
  for (const Method method : {Method::listeners, Method::redirect}) {
    SandboxProcess inside([] {
      return try_to_remove_the_routes() + try_to_take_lo_down() + " " + try_to_remove_the_rules() +
             " " + try_to_connect("93.184.216.34", 443);
    });
    const auto made = capture(inside, method);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(inside.run_it(), "EPERM EPERM EPERM EPERM connected");
  }
}

// It would have every capability there, and none over the namespace that it left.
TEST(NetnsHostile, NamespaceOfItsOwnHasNoWayOutAtAll) {
  SandboxProcess inside([] {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return std::string("refused");
    return try_to_connect("93.184.216.34", 443) + " " + try_to_ask("8.8.8.8", 53);
  });
  const auto made = capture(inside);
  ASSERT_TRUE(made) << made.error().message;
  const std::string result = inside.run_it();
  EXPECT_TRUE(result == "ENETUNREACH ENETUNREACH" || result == "refused") << result;
}

TEST(NetnsHostile, CapabilitiesOverANamespaceOfItsOwnAreNoneOverThisOne) {
  SandboxProcess inside([] {
    if (unshare(CLONE_NEWUSER) != 0) return std::string("EPERM EPERM EPERM");
    return try_to_remove_the_routes() + try_to_take_lo_down();
  });
  const auto made = capture(inside);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(inside.run_it(), "EPERM EPERM EPERM");
}

TEST(NetnsHostile, RawSocketsAndPingsAreRefused) {
  SandboxProcess inside([] {
    std::string all;
    constexpr std::array<std::array<int, 3>, 6> kKinds = {{{AF_INET, SOCK_RAW, IPPROTO_ICMP},
                                                           {AF_INET, SOCK_RAW, IPPROTO_RAW},
                                                           {AF_INET6, SOCK_RAW, IPPROTO_ICMPV6},
                                                           {AF_PACKET, SOCK_RAW, 0},
                                                           {AF_INET, SOCK_DGRAM, IPPROTO_ICMP},
                                                           {AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6}}};
    for (const auto& [family, type, protocol] : kKinds) {
      const Descriptor made(socket(family, type, protocol));
      all += made ? "made " : "refused ";
    }
    return all;
  });
  const auto made = capture(inside);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(inside.run_it(), "refused refused refused refused refused refused ");
}

TEST(NetnsHostile, ScanOfThePortsFindsOursAlone) {
  SandboxProcess inside([] {
    std::string open;
    for (uint32_t port = 1; port <= 4096; ++port) {
      if (try_to_connect("93.184.216.34", static_cast<uint16_t>(port)) == "connected") {
        open += std::to_string(port) + " ";
      }
    }
    return open;
  });
  const auto made = capture(inside);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(inside.run_it(), "53 443 ");
}

}  // namespace
}  // namespace sbxc::netns
