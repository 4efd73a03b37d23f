/* Messages of DNS (RFC 1035 4), made by hand. */
#ifndef SBXC_CONFORMANCE_ATTEMPTS_DNS_QUESTION_H
#define SBXC_CONFORMANCE_ATTEMPTS_DNS_QUESTION_H

#include "network.h"

enum type {
  TYPE_A = 1,
  TYPE_NS = 2,
  TYPE_NULL = 10,
  TYPE_PTR = 12,
  TYPE_MX = 15,
  TYPE_TXT = 16,
  TYPE_AAAA = 28,
  TYPE_SRV = 33,
  TYPE_HTTPS = 65,
  TYPE_AXFR = 252,
  TYPE_ANY = 255
};

struct question {
  unsigned char bytes[512];
  size_t size;
};

/* The names of the scene may stand in it as in filled(); `\1` for a dot within a label. */
struct question question_of(const char* pattern, enum type type);
/* One more question in the same message. */
void add_question(struct question* question, const char* pattern, enum type type);
/* An option of EDNS(0) (RFC 6891) that holds this text. */
void add_option(struct question* question, const char* pattern);
void set_opcode(struct question* question, unsigned opcode);

#endif
