/* Connections by calls and options that a filter or a hook on connect(2) does not see. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "by_ring_linux.h"
#include "network.h"

static struct peer denied(void) { return peer_at(scene("denied4"), scene_number("port")); }
static struct peer on_loopback(void) { return peer_at("127.0.0.1", scene_number("loopback_port")); }

static enum ending ended(int fd, long result, const char* call) {
  const int error = errno;
  if (fd >= 0) close(fd);
  return result < 0 ? refused(call, error) : ENDING_DONE;
}

static enum ending send_first(const struct peer* peer) {
  const int fd = socket(peer->name.any.sa_family, SOCK_STREAM, 0);
  if (fd < 0) return refused("socket", errno);
  const struct text text = filled("GET /$N HTTP/1.1\r\n\r\n");
  return ended(fd, sendto(fd, text.bytes, text.size, MSG_FASTOPEN, &peer->name.any, peer->size),
               "sendto MSG_FASTOPEN");
}

ATTEMPT(NET, 004) {
  const struct peer peer = denied();
  return send_first(&peer);
}
ATTEMPT(NET, 132) {
  const struct peer peer = on_loopback();
  return send_first(&peer);
}

ATTEMPT(NET, 133) {
  const struct peer peer = denied();
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const int yes = 1;
  if (fd < 0) return refused("socket", errno);
  setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &yes, sizeof yes);
  const struct text text = filled("GET /$N HTTP/1.1\r\n\r\n");
  if (connect(fd, &peer.name.any, peer.size) != 0) return ended(fd, -1, "connect");
  return ended(fd, send(fd, text.bytes, text.size, MSG_NOSIGNAL), "send");
}

static enum ending by_mptcp(const struct peer* peer) {
  const int fd = socket(peer->name.any.sa_family, SOCK_STREAM, IPPROTO_MPTCP);
  if (fd < 0) return errno == EPROTONOSUPPORT ? cannot("no MPTCP") : refused("socket", errno);
  return ended(fd, connected(fd, peer), "connect");
}
ATTEMPT(NET, 134) {
  const struct peer peer = denied();
  return by_mptcp(&peer);
}
ATTEMPT(NET, 135) {
  const struct peer peer = on_loopback();
  return by_mptcp(&peer);
}

static enum ending by_message(const struct peer* peer, int type, int flags) {
  const int fd = socket(peer->name.any.sa_family, type, 0);
  if (fd < 0) return refused("socket", errno);
  struct peer to = *peer;
  const struct text text = filled("message $N");
  struct iovec part = {.iov_base = text.bytes, .iov_len = text.size};
  const struct msghdr message = {
      .msg_name = &to.name, .msg_namelen = to.size, .msg_iov = &part, .msg_iovlen = 1};
  return ended(fd, sendmsg(fd, &message, flags | MSG_NOSIGNAL), "sendmsg");
}
ATTEMPT(NET, 020) {
  const struct peer peer = denied();
  return by_message(&peer, SOCK_STREAM, MSG_FASTOPEN);
}
ATTEMPT(NET, 136) {
  const struct peer peer = denied();
  return by_message(&peer, SOCK_DGRAM, 0);
}

ATTEMPT(NET, 137) {
  struct peer to[2] = {denied(), on_loopback()};
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return refused("socket", errno);
  const struct text text = filled("message $N");
  struct iovec part = {.iov_base = text.bytes, .iov_len = text.size};
  struct mmsghdr messages[2];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < 2; ++i) {
    messages[i].msg_hdr.msg_name = &to[i].name;
    messages[i].msg_hdr.msg_namelen = to[i].size;
    messages[i].msg_hdr.msg_iov = &part;
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  return ended(fd, sendmmsg(fd, messages, 2, MSG_NOSIGNAL), "sendmmsg");
}

/* A socket that was let connect somewhere is let go and connected again. */
ATTEMPT(NET, 138) {
  const char* allowed = looked_up(scene("allowed"), AF_INET);
  const struct peer first = peer_at(allowed ? allowed : scene("allowed4"), scene_number("port"));
  const struct peer second = on_loopback();
  const struct sockaddr none = {.sa_family = AF_UNSPEC};
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return refused("socket", errno);
  (void)connected(fd, &first);
  if (connect(fd, &none, sizeof none) != 0) return ended(fd, -1, "connect AF_UNSPEC");
  return ended(fd, connected(fd, &second), "connect");
}

ATTEMPT(NET, 139) {
  const struct peer peer = on_loopback();
  const struct peer own = peer_at("127.0.0.1", 0);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const int yes = 1;
  if (fd < 0) return refused("socket", errno);
  setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3);
  setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &yes, sizeof yes);
  setsockopt(fd, SOL_SOCKET, SO_DONTROUTE, &yes, sizeof yes);
  if (bind(fd, &own.name.any, own.size) != 0) return ended(fd, -1, "bind");
  return ended(fd, connected(fd, &peer), "connect");
}

/* The oldest disguise of an address of IPv4: a socket of the other family. */
ATTEMPT(NET, 140) {
  const struct peer peer = peer_at("::ffff:203.0.113.77", scene_number("port"));
  const int fd = socket(AF_INET6, SOCK_STREAM, 0);
  if (fd < 0) return refused("socket", errno);
  return ended(fd, connected(fd, &peer), "connect");
}

static enum ending ring_connects(const struct peer* peer) {
  const int fd = socket(peer->name.any.sa_family, SOCK_STREAM, 0);
  if (fd < 0) return refused("socket", errno);
  const struct io_uring_sqe request = {
      .opcode = IORING_OP_CONNECT, .fd = fd, .addr = (unsigned long)&peer->name, .off = peer->size};
  const char* call = "";
  return ended(fd, by_ring(&request, &call), call);
}
ATTEMPT(NET, 006) {
  const struct peer peer = denied();
  return ring_connects(&peer);
}
ATTEMPT(NET, 141) {
  const struct peer peer = on_loopback();
  return ring_connects(&peer);
}
