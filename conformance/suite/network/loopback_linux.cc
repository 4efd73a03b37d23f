// The same trick as runtime/netns/addresses.cc, written again so that the suite does not trust what
// it tests. Reference: rtnetlink(7).
#ifdef __linux__

#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "conformance/suite/network/address.h"
#include "conformance/suite/network/loopback.h"

namespace sbxc::conform {

namespace {

constexpr const char* kOwn4 = "198.51.100.1";
constexpr const char* kOwn6 = "2001:db8::1";

template <typename T>
std::string bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string attribute(uint16_t type, const std::string& bytes) {
  rtattr head{};
  head.rta_len = static_cast<unsigned short>(sizeof head + bytes.size());
  head.rta_type = type;
  std::string text = bytes_of(head) + bytes;
  text.resize((text.size() + 3) / 4 * 4);
  return text;
}

// Its errno; 0: done.
int perform(int netlink, uint16_t type, const std::string& body) {
  nlmsghdr head{};
  head.nlmsg_len = static_cast<uint32_t>(sizeof head + body.size());
  head.nlmsg_type = type;
  head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  if (type != RTM_NEWLINK) head.nlmsg_flags |= NLM_F_CREATE | NLM_F_REPLACE;
  const std::string message = bytes_of(head) + body;
  if (send(netlink, message.data(), message.size(), 0) < 0) return errno;
  char answer[8192];
  const ssize_t n = recv(netlink, answer, sizeof answer, 0);
  if (n < static_cast<ssize_t>(sizeof head + sizeof(nlmsgerr))) return EPROTO;
  nlmsgerr error{};
  std::memcpy(&error, answer + sizeof head, sizeof error);
  return -error.error;
}

int raise(int netlink, unsigned interface) {
  ifinfomsg up{};
  up.ifi_index = static_cast<int>(interface);
  up.ifi_flags = IFF_UP;
  up.ifi_change = IFF_UP;
  return perform(netlink, RTM_NEWLINK, bytes_of(up));
}

int own_all(int netlink, unsigned interface, const Address& own) {
  ifaddrmsg address{};
  address.ifa_family = static_cast<uint8_t>(own.family);
  address.ifa_prefixlen = static_cast<uint8_t>(own.bytes.size() * 8);
  address.ifa_flags = IFA_F_PERMANENT | IFA_F_NODAD;
  address.ifa_index = interface;
  const int error = perform(
      netlink, RTM_NEWADDR,
      bytes_of(address) + attribute(IFA_LOCAL, own.bytes) + attribute(IFA_ADDRESS, own.bytes));
  if (error != 0) return error;
  rtmsg route{};
  route.rtm_family = static_cast<uint8_t>(own.family);
  route.rtm_table = RT_TABLE_LOCAL;
  route.rtm_protocol = RTPROT_STATIC;
  route.rtm_scope = RT_SCOPE_HOST;
  route.rtm_type = RTN_LOCAL;
  return perform(netlink, RTM_NEWROUTE,
                 bytes_of(route) + attribute(RTA_OIF, bytes_of(interface)) +
                     attribute(RTA_PREFSRC, own.bytes));
}

}  // namespace

std::string make_every_address_local() {
  const int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (netlink < 0) return std::string("no netlink: ") + std::strerror(errno);
  const unsigned interface = if_nametoindex("lo");
  int error = raise(netlink, interface);
  if (error == 0) error = own_all(netlink, interface, *parse_address(kOwn4));
  // A kernel without IPv6 makes a world without it.
  if (error == 0) own_all(netlink, interface, *parse_address(kOwn6));
  close(netlink);
  return error == 0 ? "" : std::string("`lo` cannot be set up: ") + std::strerror(error);
}

}  // namespace sbxc::conform

#endif  // __linux__
