// `lo` gets two routes, `local 0.0.0.0/0` and `local ::/0`: the kernel then takes a packet to any
// address for its own and gives it to whoever listens. It gets an address of each family, too:
//   - connections come from there, never from the very address they go to, so none can meet itself;
//   - AI_ADDRCONFIG asks for an address that is none of the loopback, or gives no answer (glibc).
// They lie beside the addresses that stand for names (runtime/dns/names.h) and never among them.
//
// References: rtnetlink(7); loopback_setup in bubblewrap's network.c, which wants `lo` down.
#include "runtime/netns/addresses.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <optional>

#include "runtime/netns/failure.h"
#include "runtime/netns/netlink.h"

namespace sbxc::netns {

namespace {

constexpr const char* kOwnV4 = "198.19.255.254";
constexpr const char* kOwnV6 = "fd73:6278:6300:ffff::1";

struct Interfaces {
  Link loopback;
  bool others_up = false;
};

Result<Interfaces> interfaces(Netlink& netlink) {
  Requests list;
  ifinfomsg any{};
  list.begin(RTM_GETLINK, NLM_F_DUMP, bytes_of(any));
  Interfaces found;
  bool sense = true;
  const auto done = netlink.dump(list, [&](const Message& message) {
    Link link;
    sense &= read_link(message, link);
    if ((link.flags & IFF_LOOPBACK) != 0) {
      found.loopback = link;
    } else if ((link.flags & IFF_UP) != 0) {
      found.others_up = true;
    }
  });
  if (!done) return tl::unexpected(done.error());
  if (!sense || found.loopback.index == 0) {
    return tl::unexpected(failure("a network namespace without `lo`", 0));
  }
  return found;
}

// Until bubblewrap has brought it up: the request is performed under the kernel's lock, so what
// belongs to it (::1) is there when the next request is.
Result<bool> await_loopback(Netlink& netlink, int milliseconds) {
  auto news = Netlink::open(NETLINK_ROUTE, RTMGRP_LINK);
  if (!news) return tl::unexpected(news.error());
  const auto now = interfaces(netlink);  // it may have come up before the news were listened to
  if (!now) return tl::unexpected(now.error());
  bool up = (now->loopback.flags & IFF_UP) != 0;
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(milliseconds);
  while (!up) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) {
      return tl::unexpected(failure("the sandbox's loopback did not come up", ETIMEDOUT));
    }
    const auto heard = news->listen(static_cast<int>(left), [&](const Message& message) {
      Link link;
      up |= read_link(message, link) && link.index == now->loopback.index &&
            (link.flags & IFF_UP) != 0;
    });
    if (!heard) return heard;
  }
  return true;
}

struct Family {
  uint8_t number;
  uint8_t bits;
  std::string own;  // bytes
};

std::string parsed(int family, const char* text) {
  std::string bytes(family == AF_INET ? 4 : 16, '\0');
  inet_pton(family, text, bytes.data());
  return bytes;
}

constexpr uint16_t kMake = NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE;

// An address and the route that needs it.
void ask_for(Requests& requests, const Family& family, const Link& loopback) {
  ifaddrmsg address{};
  address.ifa_family = family.number;
  address.ifa_prefixlen = family.bits;
  address.ifa_flags = IFA_F_PERMANENT | IFA_F_NODAD;
  address.ifa_index = static_cast<uint32_t>(loopback.index);
  requests.begin(RTM_NEWADDR, kMake, bytes_of(address));
  requests.attribute(IFA_LOCAL, family.own);
  requests.attribute(IFA_ADDRESS, family.own);
  rtmsg route{};
  route.rtm_family = family.number;
  route.rtm_table = RT_TABLE_LOCAL;
  route.rtm_protocol = RTPROT_STATIC;
  route.rtm_scope = RT_SCOPE_HOST;
  route.rtm_type = RTN_LOCAL;
  requests.begin(RTM_NEWROUTE, kMake, bytes_of(route));
  requests.attribute(RTA_OIF, bytes_of(loopback.index));
  requests.attribute(RTA_PREFSRC, family.own);
}

bool no_such_family(int error) {
  return error == EAFNOSUPPORT || error == EOPNOTSUPP || error == EACCES || error == EPFNOSUPPORT;
}

}  // namespace

Result<Addresses> make_every_address_local(Loopback loopback, int milliseconds) {
  auto netlink = Netlink::open(NETLINK_ROUTE);
  if (!netlink) return tl::unexpected(netlink.error());
  const auto found = interfaces(*netlink);
  if (!found) return tl::unexpected(found.error());
  if (found->others_up) {
    return tl::unexpected(failure("the sandbox's network has an interface besides `lo`", 0));
  }
  const bool down = (found->loopback.flags & IFF_UP) == 0;
  if (down && loopback == Loopback::await) {
    if (const auto up = await_loopback(*netlink, milliseconds); !up) {
      return tl::unexpected(up.error());
    }
  }
  Requests requests;
  if (down && loopback == Loopback::raise) {
    ifinfomsg up{};
    up.ifi_index = found->loopback.index;
    up.ifi_flags = IFF_UP;
    up.ifi_change = IFF_UP;
    requests.begin(RTM_NEWLINK, NLM_F_ACK, bytes_of(up));
  }
  ask_for(requests, {AF_INET, 32, parsed(AF_INET, kOwnV4)}, found->loopback);
  const size_t first_v6 = requests.count();
  ask_for(requests, {AF_INET6, 128, parsed(AF_INET6, kOwnV6)}, found->loopback);
  const auto errors = netlink->perform(requests);
  if (!errors) return tl::unexpected(errors.error());
  Addresses made{.v6 = true};
  for (size_t i = 0; i < errors->size(); ++i) {
    const int error = (*errors)[i];
    if (error == 0) continue;
    // Without the route, nothing of IPv6 leaves a process: refused, not open.
    if (i < first_v6 || !no_such_family(error)) {
      return tl::unexpected(failure("the sandbox's addresses cannot be set up", error));
    }
    made.v6 = false;
  }
  return made;
}

}  // namespace sbxc::netns
