/* A ClientHello (RFC 8446 4.1.2) by hand, with any names in it. */
#ifndef SBXC_CONFORMANCE_ATTEMPTS_HELLO_H
#define SBXC_CONFORMANCE_ATTEMPTS_HELLO_H

#include "network.h"

enum hello_shape {
  HELLO_PLAIN,
  HELLO_TWO_NAMES,      /* in one extension */
  HELLO_TWO_EXTENSIONS, /* each with one name */
  HELLO_IN_RECORDS,     /* the name begins in one record and ends in the next */
  HELLO_ODD_TYPE        /* the name's type is none that there is */
};

/* Without a name there is no extension for it. */
struct text client_hello(const struct text* first, const struct text* second,
                         enum hello_shape shape);

#endif
