/* SOCKS (RFC 1928, 1929, and 4 with 4a) spoken to the proxy: lengths and names that fit no rule,
 * commands other than to connect. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "network.h"

struct bytes {
  char data[700];
  size_t size;
};

static void put(struct bytes* bytes, const void* data, size_t size) {
  memcpy(bytes->data + bytes->size, data, size);
  bytes->size += size;
}
static void put_byte(struct bytes* bytes, int value) {
  const char byte = (char)value;
  put(bytes, &byte, 1);
}
static void put_port(struct bytes* bytes, long port) {
  put_byte(bytes, (int)(port >> 8));
  put_byte(bytes, (int)(port & 255));
}
static void put_short(struct bytes* bytes, const char* text) {
  put_byte(bytes, (int)strlen(text));
  put(bytes, text, strlen(text));
}

/* The proxy, greeted and logged in. */
static int greeted(void) {
  const int fd = proxy_socket();
  if (fd < 0) return -1;
  const int login = *proxy_user() || *proxy_password();
  const char greeting[3] = {5, 1, login ? 2 : 0};
  if (exchange(fd, greeting, sizeof greeting) < 2) return -1;
  if (!login) return fd;
  struct bytes password = {.size = 0};
  put_byte(&password, 1);
  put_short(&password, proxy_user());
  put_short(&password, proxy_password());
  return exchange(fd, password.data, password.size) < 2 || reply[1] != 0 ? -1 : fd;
}

static enum ending ask(const struct bytes* request) {
  const int fd = greeted();
  if (fd < 0) return refused("greeting", EACCES);
  const long n = exchange(fd, request->data, request->size);
  const int code = n >= 2 ? reply[1] : -1;
  const struct text text = filled("GET /$N HTTP/1.1\r\nHost: $D\r\n\r\n");
  if (code == 0) (void)exchange(fd, text.bytes, text.size);
  close(fd);
  char call[40];
  snprintf(call, sizeof call, "socks reply %d", code);
  return code == 0 ? ENDING_DONE : refused(call, EACCES);
}

static struct bytes request_of(int command) {
  struct bytes request = {.size = 0};
  put(&request, "\5\0\0", 3);
  request.data[1] = (char)command;
  return request;
}
static void put_address(struct bytes* request, const char* address, long port) {
  const struct peer peer = peer_at(address, port);
  const int v6 = peer.name.any.sa_family == AF_INET6;
  put_byte(request, v6 ? 4 : 1);
  put(request, (const char*)&peer.name + (v6 ? 8 : 4), v6 ? 16 : 4);
  put_port(request, port);
}

static enum ending to_address(int command, const char* address, long port) {
  struct bytes request = request_of(command);
  put_address(&request, address, port);
  return ask(&request);
}
static enum ending to_name(const char* pattern, long port) {
  struct bytes request = request_of(1);
  const struct text name = filled(pattern);
  put_byte(&request, 3);
  put_byte(&request, (int)name.size);
  put(&request, name.bytes, name.size);
  put_port(&request, port);
  return ask(&request);
}
static long other_port(void) { return scene_number("other_port"); }

ATTEMPT(PXY, 007) { return to_address(1, scene("denied4"), other_port()); }
ATTEMPT(PXY, 232) { return to_address(1, scene("denied6"), other_port()); }
ATTEMPT(PXY, 233) { return to_address(1, filled("$m").bytes, other_port()); }
ATTEMPT(PXY, 234) { return to_address(1, "127.0.0.1", scene_number("loopback_port")); }
ATTEMPT(PXY, 235) { return to_name("$H", other_port()); }
ATTEMPT(PXY, 236) { return to_name("$D", other_port()); }
ATTEMPT(PXY, 237) { return to_name("$d", other_port()); }
ATTEMPT(PXY, 238) { return to_name("$x", other_port()); }
ATTEMPT(PXY, 239) { return to_name("$m", other_port()); }
ATTEMPT(PXY, 240) { return to_name("$D$0.$A", other_port()); }
ATTEMPT(PXY, 241) { return to_name("$H$0.$A", other_port()); }
ATTEMPT(PXY, 242) { return to_name("$H\r\n.$A", other_port()); }
ATTEMPT(PXY, 243) { return to_name("$D\r\nHost: $A", other_port()); }
ATTEMPT(PXY, 244) { return to_name("$A@$D", other_port()); }
ATTEMPT(PXY, 245) { return to_name("$D#$A", other_port()); }
ATTEMPT(PXY, 246) { return to_name("$D/$A", other_port()); }
ATTEMPT(PXY, 247) { return to_name("$D%00.$A", other_port()); }
ATTEMPT(PXY, 248) { return to_name("$D ", other_port()); }
ATTEMPT(PXY, 249) { return to_name("[$6]", other_port()); }
ATTEMPT(PXY, 250) { return to_name("localhost.", scene_number("loopback_port")); }
ATTEMPT(PXY, 251) { return to_name("127.1", scene_number("loopback_port")); }
ATTEMPT(PXY, 252) { return to_name("$A", other_port()); }

/* BIND listens for somebody outside, UDP ASSOCIATE passes on datagrams. */
ATTEMPT(PXY, 008) { return to_address(2, scene("denied4"), other_port()); }

static enum ending by_datagram(void) {
  struct bytes request = request_of(3);
  put_address(&request, "0.0.0.0", 0);
  const int fd = greeted();
  if (fd < 0) return refused("greeting", EACCES);
  const long n = exchange(fd, request.data, request.size);
  if (n < 10 || reply[1] != 0) {
    close(fd);
    return refused("UDP ASSOCIATE", EACCES);
  }
  const long port = (long)(unsigned char)reply[8] << 8 | (unsigned char)reply[9];
  struct bytes datagram = {.size = 0};
  put(&datagram, "\0\0\0", 3);
  put_address(&datagram, scene("denied4"), scene_number("udp_port"));
  put(&datagram, scene("nonce"), strlen(scene("nonce")));
  const struct peer relay = peer_at("127.0.0.1", port);
  const int sender = socket(AF_INET, SOCK_DGRAM, 0);
  (void)sendto(sender, datagram.data, datagram.size, 0, &relay.name.any, relay.size);
  usleep(100000);
  close(sender);
  close(fd);
  return ENDING_DONE;
}
ATTEMPT(PXY, 253) { return by_datagram(); }

/* Version 4 has a name in place of a password, 4a a name in place of the address. */
static enum ending by_version_4(const char* address, const char* name) {
  struct bytes request = {.size = 0};
  put(&request, "\4\1", 2);
  put_port(&request, other_port());
  const struct peer peer = peer_at(address, 0);
  put(&request, (const char*)&peer.name + 4, 4);
  put(&request, "sbxc", 5);
  if (name) put(&request, name, strlen(name) + 1);
  const int fd = proxy_socket();
  if (fd < 0) return refused("connect to the proxy", errno);
  const long n = exchange(fd, request.data, request.size);
  const int code = n >= 2 ? reply[1] : -1;
  close(fd);
  return code == 0x5a ? ENDING_DONE : refused("SOCKS4", EACCES);
}
ATTEMPT(PXY, 254) { return by_version_4(scene("denied4"), NULL); }
ATTEMPT(PXY, 255) { return by_version_4("0.0.0.1", scene("denied_host")); }
ATTEMPT(PXY, 256) { return by_version_4("0.0.0.1", scene("denied4")); }

/* The request with the greeting, before anything was agreed on; methods that nobody has. */
static enum ending at_once(const char* greeting, size_t size) {
  struct bytes all = {.size = 0};
  put(&all, greeting, size);
  const struct bytes request = request_of(1);
  put(&all, request.data, request.size);
  put_address(&all, scene("denied4"), other_port());
  const int fd = proxy_socket();
  if (fd < 0) return refused("connect to the proxy", errno);
  const long n = exchange(fd, all.data, all.size);
  close(fd);
  return n > 2 ? ENDING_DONE : refused("greeting", EACCES);
}
ATTEMPT(PXY, 039) { return at_once("\5\1\0", 3); }
ATTEMPT(PXY, 257) { return at_once("\5\0", 2); }
ATTEMPT(PXY, 258) { return at_once("\5\1\1", 3); }
