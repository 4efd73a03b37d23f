// The destination comes as a control message, and goes back as one: who asked 8.8.8.8 gets the
// answer from 8.8.8.8. References: ip(7) IP_PKTINFO, RFC 3542 6.2, SO_ORIGINAL_DST of netfilter.
#include "runtime/netns/datagram.h"

#include <linux/netfilter_ipv4.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace sbxc::netns {

namespace {

constexpr int kOriginalDestinationV6 = 80;  // IP6T_SO_ORIGINAL_DST, whose header is no C++

union Control {
  cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(in_pktinfo))];
};

template <typename Info>
void append(msghdr& message, int level, int type, const Info& info) {
  message.msg_controllen = CMSG_SPACE(sizeof info);
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = level;
  head->cmsg_type = type;
  head->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(head), &info, sizeof info);
}

bool read_destination(msghdr& message, Datagram& datagram) {
  for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr;
       head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level == IPPROTO_IP && head->cmsg_type == IP_PKTINFO) {
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(head), sizeof info);
      datagram.v6 = false;
      datagram.asked_v4 = info.ipi_addr;
      return true;
    }
    if (head->cmsg_level == IPPROTO_IPV6 && head->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(head), sizeof info);
      datagram.v6 = true;
      datagram.asked_v6 = info.ipi6_addr;
      return true;
    }
  }
  return false;
}

}  // namespace

bool receive(int socket, std::span<uint8_t> bytes, Datagram& datagram) {
  Control control;
  iovec data{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_name = &datagram.from;
  message.msg_namelen = sizeof datagram.from;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  ssize_t got = -1;
  while ((got = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
  }
  if (got < 0) return false;
  datagram.size = static_cast<size_t>(got);
  datagram.cut = (message.msg_flags & MSG_TRUNC) != 0;
  if (!read_destination(message, datagram)) {
    errno = EPROTO;
    return false;
  }
  return true;
}

bool answer(int socket, std::span<const uint8_t> bytes, const Datagram& datagram) {
  Control control{};
  sockaddr_in6 to = datagram.from;
  iovec data{const_cast<uint8_t*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_name = &to;
  message.msg_namelen = datagram.v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  if (datagram.v6) {
    in6_pktinfo info{};
    info.ipi6_addr = datagram.asked_v6;
    append(message, IPPROTO_IPV6, IPV6_PKTINFO, info);
  } else {
    in_pktinfo info{};
    info.ipi_spec_dst = datagram.asked_v4;
    append(message, IPPROTO_IP, IP_PKTINFO, info);
  }
  ssize_t sent = -1;
  while ((sent = sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL)) < 0 && errno == EINTR) {
  }
  return sent == static_cast<ssize_t>(bytes.size());
}

bool original_destination(int socket, bool v6, sockaddr_in6& destination) {
  socklen_t size = v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  return getsockopt(socket, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
                    v6 ? kOriginalDestinationV6 : SO_ORIGINAL_DST, &destination, &size) == 0;
}

}  // namespace sbxc::netns
