/* Other protocols than TCP and UDP: a policy about connections says nothing of them, so they must
 * not leave at all. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <unistd.h>

#include "network.h"

#ifndef IPPROTO_UDPLITE
#define IPPROTO_UDPLITE 136
#endif

/* Not there in this kernel, or refused: outside it shows which. */
static enum ending no_socket(const char* what) {
  if (errno == EPROTONOSUPPORT || errno == ESOCKTNOSUPPORT) return cannot(what);
  return refused("socket", errno);
}

static enum ending ping(const char* address, int type, int protocol) {
  const struct peer peer = peer_at(address, 0);
  const int fd = socket(peer.name.any.sa_family, type, protocol);
  if (fd < 0) return refused("socket", errno);
  unsigned char packet[64] = {protocol == IPPROTO_ICMP ? ICMP_ECHO : 128};
  if (type == SOCK_RAW) packet[2] = packet[3] = 0xff;
  const struct text text = filled("$N");
  memcpy(packet + 8, text.bytes, text.size);
  const ssize_t n = sendto(fd, packet, sizeof packet, 0, &peer.name.any, peer.size);
  const int error = errno;
  close(fd);
  return n < 0 ? refused("sendto", error) : ENDING_DONE;
}

ATTEMPT(NET, 010) { return ping(scene("denied4"), SOCK_DGRAM, IPPROTO_ICMP); }
ATTEMPT(NET, 156) { return ping("127.0.0.1", SOCK_DGRAM, IPPROTO_ICMP); }
ATTEMPT(NET, 157) { return ping(scene("denied6"), SOCK_DGRAM, IPPROTO_ICMPV6); }
ATTEMPT(NET, 158) { return ping(scene("denied4"), SOCK_RAW, IPPROTO_ICMP); }

static enum ending greet(int type, int protocol, const char* what) {
  const struct peer peer = peer_at(scene("denied4"), scene_number("port"));
  const int fd = socket(AF_INET, type, protocol);
  if (fd < 0) return no_socket(what);
  const struct text text = filled("$N");
  (void)connected(fd, &peer);
  const ssize_t n = send(fd, text.bytes, text.size, MSG_NOSIGNAL | MSG_DONTWAIT);
  const int error = errno;
  close(fd);
  return n < 0 ? refused("connect and send", error) : ENDING_DONE;
}

ATTEMPT(NET, 012) { return greet(SOCK_STREAM, IPPROTO_SCTP, "no SCTP"); }
ATTEMPT(NET, 159) { return greet(SOCK_DCCP, IPPROTO_DCCP, "no DCCP"); }
ATTEMPT(NET, 160) { return greet(SOCK_DGRAM, IPPROTO_UDPLITE, "no UDP-Lite"); }

/* A packet made by hand, with its own header: root alone can. */
static enum ending send_raw(int family, int type, int protocol, const void* packet, size_t size) {
  const struct peer peer = peer_at(scene("denied4"), 0);
  const int fd = socket(family, type, protocol);
  if (fd < 0) return refused("socket", errno);
  const ssize_t n = sendto(fd, packet, size, 0, &peer.name.any, peer.size);
  const int error = errno;
  close(fd);
  return n < 0 ? refused("sendto", error) : ENDING_DONE;
}

ATTEMPT(NET, 161) {
  unsigned char packet[48] = {0x45, 0, 0, 48, 0, 0, 0, 0, 64, 253};
  const struct peer peer = peer_at(scene("denied4"), 0);
  memcpy(packet + 16, &((const struct sockaddr_in*)&peer.name)->sin_addr, 4);
  return send_raw(AF_INET, SOCK_RAW, IPPROTO_RAW, packet, sizeof packet);
}
/* GRE: a network within the network. */
ATTEMPT(NET, 162) {
  static const unsigned char packet[24] = {0, 0, 8, 0, 0x45};
  return send_raw(AF_INET, SOCK_RAW, IPPROTO_GRE, packet, sizeof packet);
}
