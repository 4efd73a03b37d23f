/* Texts of the network's attempts, with the scene's names put in (network.h). */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network.h"

static void add(struct text* text, const void* bytes, size_t size) {
  text->bytes = realloc(text->bytes, text->size + size + 1);
  if (!text->bytes) abort();
  memcpy(text->bytes + text->size, bytes, size);
  text->size += size;
  text->bytes[text->size] = 0;
}

static void add_word(struct text* text, const char* word) { add(text, word, strlen(word)); }

static void add_login(struct text* text) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (!*proxy_user() && !*proxy_password()) return;
  char login[300];
  const int length = snprintf(login, sizeof login, "%s:%s", proxy_user(), proxy_password());
  add_word(text, "Proxy-Authorization: Basic ");
  for (int i = 0; i < length; i += 3) {
    const int left = length - i;
    const unsigned group = (unsigned)(unsigned char)login[i] << 16 |
                           (left > 1 ? (unsigned)(unsigned char)login[i + 1] << 8 : 0) |
                           (left > 2 ? (unsigned)(unsigned char)login[i + 2] : 0);
    const char four[4] = {digits[group >> 18], digits[group >> 12 & 63],
                          left > 1 ? digits[group >> 6 & 63] : '=',
                          left > 2 ? digits[group & 63] : '='};
    add(text, four, sizeof four);
  }
  add_word(text, "\r\n");
}

/* Each character of the address as others write it. */
static void add_replaced(struct text* text, const char* digit, const char* stop) {
  for (const char* c = scene("denied4"); *c; ++c) {
    if (*c == '.') {
      add_word(text, stop);
    } else if (strchr(digit, '%')) {
      char escape[8];
      snprintf(escape, sizeof escape, "%%%02x", (unsigned char)*c);
      add_word(text, escape);
    } else if (*digit) {
      const char wide[3] = {'\xef', '\xbc', (char)(0x90 + (*c - '0'))};
      add(text, wide, sizeof wide);
    } else {
      add(text, c, 1);
    }
  }
}

static void add_spelling(struct text* text, char kind) {
  struct in_addr address;
  if (inet_pton(AF_INET, scene("denied4"), &address) != 1) abort();
  const unsigned all = ntohl(address.s_addr);
  const unsigned a = all >> 24, b = all >> 16 & 255, c = all >> 8 & 255, d = all & 255;
  char word[64] = "";
  switch (kind) {
    case 'd':
      snprintf(word, sizeof word, "%u", all);
      break;
    case 'x':
      snprintf(word, sizeof word, "0x%08x", all);
      break;
    case 'o':
      snprintf(word, sizeof word, "0%o", all);
      break;
    case 'X':
      snprintf(word, sizeof word, "0x%x.0x%x.0x%x.0x%x", a, b, c, d);
      break;
    case 't':
      snprintf(word, sizeof word, "0%o.0%o.0%o.0%o", a, b, c, d);
      break;
    case 's':
      snprintf(word, sizeof word, "%u.%u.%u", a, b, c << 8 | d);
      break;
    case 'm':
      snprintf(word, sizeof word, "::ffff:%u.%u.%u.%u", a, b, c, d);
      break;
    case 'M':
      snprintf(word, sizeof word, "::ffff:%x:%x", a << 8 | b, c << 8 | d);
      break;
    case 'p':
      return add_replaced(text, "%", "%2e");
    case 'f':
      return add_replaced(text, "wide", ".");
    case 'c':
      return add_replaced(text, "", "\xe3\x80\x82");
    default:
      fprintf(stderr, "probe: a text has `$%c`\n", kind);
      exit(2);
  }
  add_word(text, word);
}

static void add_placeholder(struct text* text, char kind) {
  switch (kind) {
    case 'A':
      return add_word(text, scene("allowed"));
    case 'a':
      return add_word(text, scene("allowed4"));
    case 'H':
      return add_word(text, scene("denied_host"));
    case 'D':
      return add_word(text, scene("denied4"));
    case '6':
      return add_word(text, scene("denied6"));
    case 'N':
      return add_word(text, scene("nonce"));
    case 'P':
      return add_word(text, scene("port"));
    case 'T':
      return add_word(text, scene("tls_port"));
    case 'O':
      return add_word(text, scene("other_port"));
    case 'B':
      return add_word(text, scene("loopback_port"));
    case 'Q':
      return add_word(text, scene("proxy_port"));
    case 'L':
      return add_login(text);
    case '0':
      return add(text, "", 1);
    default:
      return add_spelling(text, kind);
  }
}

struct text filled(const char* pattern) {
  struct text text = {NULL, 0};
  add(&text, "", 0);
  while (*pattern) {
    const size_t plain = strcspn(pattern, "$");
    add(&text, pattern, plain);
    pattern += plain;
    if (*pattern != '$') break;
    add_placeholder(&text, pattern[1]);
    pattern += 2;
  }
  return text;
}
