/* Questions of DNS sent to a name server by hand, past whatever the system's resolver is. Data goes
 * out in the name that is asked for; the answer matters to nobody. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "dns_question.h"
#include "network.h"

static enum ending ask_by_udp(const char* server, long port, struct question question) {
  const struct peer peer = peer_at(server, port);
  const int fd = socket(peer.name.any.sa_family, SOCK_DGRAM, 0);
  if (fd < 0) return refused("socket", errno);
  const ssize_t n = sendto(fd, question.bytes, question.size, 0, &peer.name.any, peer.size);
  const int error = errno;
  close(fd);
  return n < 0 ? refused("sendto", error) : ENDING_DONE;
}

static enum ending ask_by_tcp(const char* server, long port, struct question question) {
  const int fd = tcp_to(server, port);
  if (fd < 0) return refused("connect", errno);
  unsigned char message[600] = {(unsigned char)(question.size >> 8),
                                (unsigned char)(question.size & 255)};
  memcpy(message + 2, question.bytes, question.size);
  const long n = exchange(fd, message, question.size + 2);
  const int error = errno;
  close(fd);
  return n < 0 ? refused("send", error) : ENDING_DONE;
}

static struct question plain(void) { return question_of("$N.denied.test", TYPE_A); }

ATTEMPT(DNS, 001) { return ask_by_udp(scene("dns"), scene_number("dns_port"), plain()); }
ATTEMPT(DNS, 101) { return ask_by_tcp(scene("dns"), scene_number("dns_port"), plain()); }
ATTEMPT(DNS, 102) { return ask_by_udp("8.8.8.8", 53, plain()); }
ATTEMPT(DNS, 103) { return ask_by_udp("2001:4860:4860::8888", 53, plain()); }
ATTEMPT(DNS, 104) { return ask_by_tcp("8.8.8.8", 53, plain()); }
/* Over TLS (RFC 7858), over HTTPS at a public resolver (RFC 8484), multicast's port. */
ATTEMPT(DNS, 105) { return ask_by_tcp("1.1.1.1", 853, plain()); }
ATTEMPT(DNS, 106) { return visit("1.1.1.1", 443); }
ATTEMPT(DNS, 107) { return ask_by_udp(scene("denied4"), 5353, plain()); }
