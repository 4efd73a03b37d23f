#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_WAIT = 1000, QUIET = 60 };

char reply[4096];

struct peer peer_at(const char* address, long port) {
  struct peer peer;
  memset(&peer, 0, sizeof peer);
  char host[80];
  snprintf(host, sizeof host, "%s", address);
  char* scope = strchr(host, '%');
  if (scope) *scope++ = 0;
  struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((unsigned short)port)};
  if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
    peer.size = sizeof v4;
    memcpy(&peer.name.space, &v4, sizeof v4);
  } else if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1) {
    if (scope) v6.sin6_scope_id = if_nametoindex(scope);
    peer.size = sizeof v6;
    memcpy(&peer.name.space, &v6, sizeof v6);
  } else {
    fprintf(stderr, "probe: `%s` is no address\n", address);
    exit(2);
  }
  return peer;
}

static int await(int socket, short events, int milliseconds) {
  struct pollfd ready = {.fd = socket, .events = events};
  int n = 0;
  do n = poll(&ready, 1, milliseconds);
  while (n < 0 && errno == EINTR);
  if (n == 0) errno = ETIMEDOUT;
  return n > 0 ? 0 : -1;
}

int connected(int socket, const struct peer* peer) {
  const int flags = fcntl(socket, F_GETFL);
  fcntl(socket, F_SETFL, flags | O_NONBLOCK);
  int result = connect(socket, &peer->name.any, peer->size);
  if (result != 0 && errno == EINPROGRESS && await(socket, POLLOUT, FIRST_WAIT) == 0) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    result = error == 0 ? 0 : -1;
  }
  const int error = errno;
  fcntl(socket, F_SETFL, flags);
  errno = error;
  return result;
}

static int closed(int socket) {
  const int error = errno;
  close(socket);
  errno = error;
  return -1;
}

int tcp_to(const char* address, long port) {
  const struct peer peer = peer_at(address, port);
  const int fd = socket(peer.name.any.sa_family, SOCK_STREAM, 0);
  if (fd < 0) return -1;
  return connected(fd, &peer) == 0 ? fd : closed(fd);
}

long exchange(int socket, const void* bytes, size_t size) {
  size_t count = 0;
  reply[0] = 0;
#ifdef MSG_NOSIGNAL
  if (send(socket, bytes, size, MSG_NOSIGNAL) < 0) return -1;
#else
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof yes);
  if (send(socket, bytes, size, 0) < 0) return -1;
#endif
  while (count < sizeof reply - 1 && await(socket, POLLIN, count == 0 ? FIRST_WAIT : QUIET) == 0) {
    const ssize_t n = recv(socket, reply + count, sizeof reply - 1 - count, 0);
    if (n < 0 && count == 0) return -1;
    if (n <= 0) break;
    count += (size_t)n;
  }
  reply[count] = 0;
  if (count > 0) got(reply, count);
  return (long)count;
}

static enum ending tell(int fd, struct text text) {
  const long n = exchange(fd, text.bytes, text.size);
  const int error = errno;
  close(fd);
  if (n < 0) return refused("send", error);
  return n == 0 ? refused("no answer", ECONNRESET) : ENDING_DONE;
}

enum ending visit(const char* address, long port) {
  const int fd = tcp_to(address, port);
  if (fd < 0) return refused("connect", errno);
  return tell(fd, filled("GET /$N HTTP/1.1\r\nHost: $H\r\n\r\n"));
}

enum ending tell_allowed(long port, struct text text) {
  const char* address = looked_up(scene("allowed"), AF_INET);
  if (!address) address = looked_up(scene("allowed"), AF_INET6);
  if (!address) return refused("look up", errno);
  const int fd = tcp_to(address, port);
  if (fd < 0) return refused("connect", errno);
  return tell(fd, text);
}

enum ending send_datagram(const char* address, long port) {
  const struct peer peer = peer_at(address, port);
  const int fd = socket(peer.name.any.sa_family, SOCK_DGRAM, 0);
  if (fd < 0) return refused("socket", errno);
  const struct text text = filled("datagram $N");
  const ssize_t n = sendto(fd, text.bytes, text.size, 0, &peer.name.any, peer.size);
  const int error = errno;
  close(fd);
  return n < 0 ? refused("sendto", error) : ENDING_DONE;
}

/* ---- names, by a question to the first name server of /etc/resolv.conf (RFC 1035) */

static int name_server(char* address, size_t size) {
  FILE* file = fopen("/etc/resolv.conf", "re");
  if (!file) return -1;
  char line[256];
  int found = -1;
  while (found != 0 && fgets(line, sizeof line, file)) {
    char text[80];
    if (sscanf(line, "nameserver %79s", text) != 1) continue;
    snprintf(address, size, "%s", text);
    found = 0;
  }
  fclose(file);
  if (found != 0) errno = ENOENT;
  return found;
}

static size_t put_question(unsigned char* message, const char* name, unsigned type) {
  static const unsigned char head[12] = {0x4e, 0x57, 1, 0, 0, 1};
  memcpy(message, head, sizeof head);
  size_t at = sizeof head;
  while (*name) {
    const size_t length = strcspn(name, ".");
    message[at++] = (unsigned char)length;
    memcpy(message + at, name, length);
    at += length;
    name += length + (name[length] == '.');
  }
  const unsigned char tail[5] = {0, 0, (unsigned char)type, 0, 1};
  memcpy(message + at, tail, sizeof tail);
  return at + sizeof tail;
}

static const unsigned char* past_name(const unsigned char* at, const unsigned char* end) {
  while (at < end && *at != 0 && *at < 0xc0) at += 1 + *at;
  return at + (at < end && *at >= 0xc0 ? 2 : 1);
}

static const char* first_record(const unsigned char* message, size_t size, int family) {
  static char address[INET6_ADDRSTRLEN];
  const unsigned char* end = message + size;
  const unsigned char* at = past_name(message + 12, end) + 4;
  const unsigned wanted = family == AF_INET ? 1 : 28;
  const size_t length = family == AF_INET ? 4 : 16;
  while (at < end) {
    at = past_name(at, end);
    if (at + 10 > end) break;
    const unsigned type = (unsigned)at[0] << 8 | at[1];
    const size_t data = (size_t)at[8] << 8 | at[9];
    at += 10;
    if (type == wanted && data == length && at + data <= end)
      return inet_ntop(family, at, address, sizeof address);
    at += data;
  }
  errno = ENOENT;
  return NULL;
}

const char* looked_up(const char* name, int family) {
  char server[80];
  if (strlen(name) > 250 || name_server(server, sizeof server) != 0) return NULL;
  const struct peer peer = peer_at(server, 53);
  const int fd = socket(peer.name.any.sa_family, SOCK_DGRAM, 0);
  if (fd < 0) return NULL;
  unsigned char message[1500];
  const size_t size = put_question(message, name, family == AF_INET ? 1 : 28);
  ssize_t n = -1;
  if (connect(fd, &peer.name.any, peer.size) == 0 && send(fd, message, size, 0) >= 0 &&
      await(fd, POLLIN, FIRST_WAIT) == 0)
    n = recv(fd, message, sizeof message, 0);
  const int error = errno;
  close(fd);
  errno = error;
  return n < 12 ? NULL : first_record(message, (size_t)n, family);
}
