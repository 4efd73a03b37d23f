/* Datagrams, which need no connection and no answer: to be sent is to have left. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "network.h"

static long udp_port(void) { return scene_number("udp_port"); }

ATTEMPT(NET, 003) { return send_datagram(scene("denied4"), udp_port()); }
ATTEMPT(NET, 142) { return send_datagram(scene("denied6"), udp_port()); }
ATTEMPT(NET, 143) { return send_datagram("127.0.0.1", udp_port()); }
ATTEMPT(NET, 144) { return send_datagram("::1", udp_port()); }

static enum ending send_connected(const char* address, long port, const void* bytes, size_t size) {
  const struct peer peer = peer_at(address, port);
  const int fd = socket(peer.name.any.sa_family, SOCK_DGRAM, 0);
  if (fd < 0) return refused("socket", errno);
  int error = connect(fd, &peer.name.any, peer.size) == 0 ? 0 : errno;
  if (error == 0 && send(fd, bytes, size, 0) < 0) error = errno;
  close(fd);
  return error == 0 ? ENDING_DONE : refused("connect and send", error);
}

ATTEMPT(NET, 145) {
  const struct text text = filled("datagram $N");
  return send_connected(scene("denied4"), udp_port(), text.bytes, text.size);
}

/* What QUIC begins with (RFC 9000 17.2.2): a long header, at least 1200 bytes. */
static enum ending begin_quic(const char* address, long port) {
  unsigned char packet[1200] = {0xc3, 0, 0, 0, 1, 8};
  const struct text text = filled("$N");
  memcpy(packet + 40, text.bytes, text.size);
  return send_connected(address, port, packet, sizeof packet);
}
ATTEMPT(NET, 146) { return begin_quic(scene("denied4"), scene_number("tls_port")); }
/* To the very name that the policy allows: the proxy cannot see whom such a packet is for. */
ATTEMPT(NET, 147) {
  const char* address = looked_up(scene("allowed"), AF_INET);
  return begin_quic(address ? address : scene("allowed4"), scene_number("tls_port"));
}
