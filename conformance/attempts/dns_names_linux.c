/* Data in questions to the resolver that the sandbox itself gives. Whatever it passes on, somebody
 * outside reads: names are looked up only when they are allowed, and only as they are. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dns_question.h"
#include "network.h"

static int server(char* address) {
  FILE* file = fopen("/etc/resolv.conf", "re");
  char line[200];
  int found = 0;
  while (file && !found && fgets(line, sizeof line, file))
    found = sscanf(line, "nameserver %79s", address) == 1;
  if (file) fclose(file);
  return found ? 0 : -1;
}

static enum ending ask(struct question question) {
  char address[80];
  if (server(address) != 0) return refused("read /etc/resolv.conf", ENOENT);
  const struct peer peer = peer_at(address, 53);
  const int fd = socket(peer.name.any.sa_family, SOCK_DGRAM, 0);
  if (fd < 0) return refused("socket", errno);
  int error = 0;
  unsigned char answer[1500];
  struct pollfd ready = {.fd = fd, .events = POLLIN};
  if (connect(fd, &peer.name.any, peer.size) != 0 || send(fd, question.bytes, question.size, 0) < 0)
    error = errno;
  const ssize_t n =
      error == 0 && poll(&ready, 1, 500) == 1 ? recv(fd, answer, sizeof answer, 0) : 0;
  close(fd);
  if (error != 0) return refused("send", error);
  if (n < 12) return refused("no answer", ETIMEDOUT);
  return (answer[3] & 15) == 0 ? ENDING_DONE : refused("no such name", ENOENT);
}

#define ASK(number, pattern, type) \
  ATTEMPT(DNS, number) { return ask(question_of(pattern, type)); }

ASK(002, "$N.denied.test", TYPE_A)
ASK(109, "$N.denied.test", TYPE_AAAA)
ASK(110, "$N.denied.test", TYPE_TXT)
ASK(111, "$N.denied.test", TYPE_NULL)
ASK(112, "$N.denied.test", TYPE_HTTPS)
ASK(113, "$N.denied.test", TYPE_ANY)
ASK(114, "$N.$A", TYPE_A)
ASK(115, "_$N._tcp.$A", TYPE_SRV)
ASK(116, "$N.$A", TYPE_TXT)
ASK(117, "$A.$N.denied.test", TYPE_A)
/* One label that holds dots: what is printed looks like another name. */
ASK(118, "$N\1$A", TYPE_A)
ASK(119, "$N$0.$A", TYPE_A)
ASK(120, "1.0.113.203.$N.in-addr.arpa", TYPE_PTR)
ASK(121, "$A.search.test", TYPE_A)

ATTEMPT(DNS, 122) {
  struct question question = question_of("$A", TYPE_A);
  add_question(&question, "$N.denied.test", TYPE_A);
  return ask(question);
}
ATTEMPT(DNS, 123) {
  struct question question = question_of("$A", TYPE_A);
  add_option(&question, "$N");
  return ask(question);
}
ATTEMPT(DNS, 124) {
  struct question question = question_of("$N.denied.test", TYPE_A);
  set_opcode(&question, 5); /* UPDATE */
  return ask(question);
}
ATTEMPT(DNS, 125) {
  struct question question = question_of("$N.denied.test", TYPE_AXFR);
  set_opcode(&question, 4); /* NOTIFY */
  return ask(question);
}
