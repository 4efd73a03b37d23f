/* Unix sockets by what Linux alone has: names without a file, pairs that are turned elsewhere,
 * io_uring, the 32-bit entry, names through /proc. See unix_sockets.c. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "attempt.h"

static struct sockaddr_un address_of(const char* path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  return address;
}

static enum ending finish(int fd, const struct sockaddr_un* address, socklen_t size) {
  const char* nonce = scene("nonce");
  if (connect(fd, (const struct sockaddr*)address, size) < 0) return refused("connect", errno);
  return send(fd, nonce, strlen(nonce), 0) < 0 ? refused("send", errno) : ENDING_DONE;
}

static enum ending reach(int kind, const char* path) {
  const struct sockaddr_un address = address_of(path);
  const int fd = socket(AF_UNIX, kind, 0);
  return fd < 0 ? refused("socket", errno) : finish(fd, &address, sizeof address);
}

ATTEMPT(UDS, 101) { return reach(SOCK_SEQPACKET, scene("seqpacket")); }

static enum ending reach_abstract(int kind, const char* name) {
  struct sockaddr_un address = address_of("");
  const size_t length = strlen(name);
  if (length + 1 > sizeof address.sun_path) return cannot("the name is too long");
  memcpy(address.sun_path + 1, name, length);
  const int fd = socket(AF_UNIX, kind, 0);
  if (fd < 0) return refused("socket", errno);
  return finish(fd, &address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length));
}

ATTEMPT(UDS, 003) { return reach_abstract(SOCK_STREAM, scene("abstract")); }
ATTEMPT(UDS, 105) { return reach_abstract(SOCK_DGRAM, scene("abstract_dgram")); }

/* No call of socket(2) at all. */
static enum ending turn_pair(int kind, int by_connect) {
  int pair[2];
  const char* nonce = scene("nonce");
  const struct sockaddr_un address = address_of(scene("dgram"));
  const struct sockaddr* to = (const struct sockaddr*)&address;
  if (socketpair(AF_UNIX, kind, 0, pair) < 0) return refused("socketpair", errno);
  if (by_connect) return finish(pair[0], &address, sizeof address);
  return sendto(pair[0], nonce, strlen(nonce), 0, to, sizeof address) < 0 ? refused("sendto", errno)
                                                                          : ENDING_DONE;
}

ATTEMPT(UDS, 007) { return turn_pair(SOCK_DGRAM, 0); }
ATTEMPT(UDS, 109) { return turn_pair(SOCK_DGRAM, 1); }
ATTEMPT(UDS, 115) { return turn_pair(SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }
ATTEMPT(UDS, 116) {
  return turn_pair(SOCK_RAW, 0);
} /* of unix sockets, another name of datagrams */

ATTEMPT(UDS, 108) {
  struct sockaddr_un address = address_of(scene("dgram"));
  char* nonce = strdup(scene("nonce"));
  struct iovec data = {nonce, strlen(nonce)};
  struct mmsghdr message = {.msg_hdr = {.msg_name = &address, .msg_namelen = sizeof address}};
  message.msg_hdr.msg_iov = &data;
  message.msg_hdr.msg_iovlen = 1;
  const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (fd < 0) return refused("socket", errno);
  return sendmmsg(fd, &message, 1, 0) < 1 ? refused("sendmmsg", errno) : ENDING_DONE;
}

/* Names that go through links which the kernel follows by itself. */
static enum ending reach_through(const char* directory) {
  char* path = NULL;
  if (asprintf(&path, "%s%s", directory, scene("stream")) < 0) abort();
  if (strlen(path) >= sizeof(((struct sockaddr_un*)0)->sun_path))
    return cannot("the name is too long for a socket");
  return reach(SOCK_STREAM, path);
}

ATTEMPT(UDS, 103) { return reach_through("/proc/self/root"); }
ATTEMPT(UDS, 104) { return reach_through("/proc/thread-self/root"); }

/* The socket's own file, opened as a path: its descriptor has a name. */
ATTEMPT(UDS, 117) {
  char path[64];
  const int fd = open(scene("stream"), O_PATH | O_CLOEXEC);
  if (fd < 0) return refused("open", errno);
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return reach(SOCK_STREAM, path);
}

ATTEMPT(UDS, 118) {
  char path[96];
  char* directory = strdup(scene("stream_in_work"));
  char* name = strrchr(directory, '/');
  *name++ = '\0';
  const int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return refused("open", errno);
  snprintf(path, sizeof path, "/proc/self/fd/%d/%.40s", fd, name);
  return reach(SOCK_STREAM, path);
}
