/* Out of the sandbox's own network: into another namespace that can be seen, around its routes by
 * changing them, below them by a packet socket. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "network.h"

/* The user namespaces that own them first: whoever owns one may enter what it owns. */
ATTEMPT(NET, 163) {
  DIR* processes = opendir("/proc");
  struct dirent* entry = NULL;
  while (processes && (entry = readdir(processes))) {
    if (atoi(entry->d_name) <= 0 || atoi(entry->d_name) == getpid()) continue;
    static const char* const kinds[] = {"user", "net"};
    for (int i = 0; i < 2; ++i) {
      char path[80];
      snprintf(path, sizeof path, "/proc/%d/ns/%s", atoi(entry->d_name), kinds[i]);
      const int fd = open(path, O_RDONLY | O_CLOEXEC);
      if (fd >= 0 && i == 1 && setns(fd, CLONE_NEWNET) == 0) break;
      if (fd >= 0 && i == 0) (void)setns(fd, CLONE_NEWUSER);
    }
  }
  return visit("127.0.0.1", scene_number("loopback_port"));
}

static long tell_kernel(int netlink, const void* request, size_t size) {
  char answer[512];
  if (send(netlink, request, size, 0) < 0 || recv(netlink, answer, sizeof answer, 0) < 0) return -1;
  const struct nlmsghdr* head = (const struct nlmsghdr*)answer;
  if (head->nlmsg_type != NLMSG_ERROR) return -1;
  errno = -((const struct nlmsgerr*)NLMSG_DATA(head))->error;
  return errno == 0 ? 0 : -1;
}

/* The route that leads everything to the sandbox's proxy. */
ATTEMPT(NET, 164) {
  struct {
    struct nlmsghdr head;
    struct rtmsg route;
  } request = {
      .head = {.nlmsg_len = sizeof request,
               .nlmsg_type = RTM_DELROUTE,
               .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
      .route = {.rtm_family = AF_INET, .rtm_table = RT_TABLE_LOCAL, .rtm_type = RTN_LOCAL}};
  const int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  const struct timeval patience = {.tv_usec = 300000};
  if (netlink < 0) return refused("socket", errno);
  setsockopt(netlink, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const long result = tell_kernel(netlink, &request, sizeof request);
  const int error = errno;
  close(netlink);
  return result == 0 ? ENDING_DONE : refused("RTM_DELROUTE", error);
}

/* A packet of IP, put on the wire below everything that judges packets. */
ATTEMPT(NET, 165) {
  const int fd = socket(AF_PACKET, SOCK_DGRAM, 0);
  if (fd < 0) return refused("socket", errno);
  unsigned char packet[60] = {0x45, 0, 0, 60, 0, 0, 0, 0, 64, IPPROTO_UDP};
  const struct peer peer = peer_at(scene("denied4"), 0);
  memcpy(packet + 16, &((const struct sockaddr_in*)&peer.name)->sin_addr, 4);
  packet[23] = 99;
  packet[25] = 40;
  const struct sockaddr_ll to = {.sll_family = AF_PACKET,
                                 .sll_protocol = htons(ETH_P_IP),
                                 .sll_ifindex = (int)if_nametoindex("lo"),
                                 .sll_halen = 6};
  const ssize_t n = sendto(fd, packet, sizeof packet, 0, (const struct sockaddr*)&to, sizeof to);
  const int error = errno;
  close(fd);
  return n < 0 ? refused("sendto", error) : ENDING_DONE;
}
