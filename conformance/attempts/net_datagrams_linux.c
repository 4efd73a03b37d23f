/* Datagrams to everybody, and to the ports at which networks of their own kind live. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "network.h"

static enum ending send_to_all(const char* address, long port) {
  const struct peer peer = peer_at(address, port);
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  const int yes = 1;
  if (fd < 0) return refused("socket", errno);
  setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes);
  const struct in_addr loopback = {.s_addr = htonl(INADDR_LOOPBACK)};
  if ((ntohl(((const struct sockaddr_in*)&peer.name)->sin_addr.s_addr) >> 28) == 14)
    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &loopback, sizeof loopback);
  const struct text text = filled("to all $N");
  const ssize_t n = sendto(fd, text.bytes, text.size, 0, &peer.name.any, peer.size);
  const int error = errno;
  close(fd);
  return n < 0 ? refused("sendto", error) : ENDING_DONE;
}

ATTEMPT(NET, 011) { return send_to_all("224.0.0.251", 5353); }
ATTEMPT(NET, 148) { return send_to_all("239.255.255.250", 1900); }
ATTEMPT(NET, 149) { return send_to_all("255.255.255.255", 67); }
/* Clocks, logs, statistics, WireGuard, STUN. */
ATTEMPT(NET, 150) { return send_datagram(scene("denied4"), 123); }
ATTEMPT(NET, 151) { return send_datagram("127.0.0.1", 514); }
ATTEMPT(NET, 152) { return send_datagram("127.0.0.1", 8125); }
ATTEMPT(NET, 153) { return send_datagram(scene("denied4"), 51820); }
ATTEMPT(NET, 154) { return send_datagram(scene("denied4"), 3478); }
ATTEMPT(NET, 155) { return send_datagram("169.254.169.254", 80); }
