#include "dns_question.h"

#include <stdlib.h>
#include <string.h>

static void put(struct question* question, const void* bytes, size_t size) {
  if (question->size + size > sizeof question->bytes) abort();
  memcpy(question->bytes + question->size, bytes, size);
  question->size += size;
}

static void put_number(struct question* question, size_t value) {
  const unsigned char bytes[2] = {(unsigned char)(value >> 8), (unsigned char)(value & 255)};
  put(question, bytes, sizeof bytes);
}

void add_question(struct question* question, const char* pattern, enum type type) {
  const struct text name = filled(pattern);
  for (size_t at = 0; at < name.size;) {
    size_t end = at;
    while (end < name.size && name.bytes[end] != '.') ++end;
    const unsigned char length = (unsigned char)(end - at);
    put(question, &length, 1);
    for (size_t i = at; i < end; ++i) {
      const char byte = name.bytes[i];
      put(question, byte == '\1' ? "." : &byte, 1);
    }
    at = end + 1;
  }
  put(question, "", 1);
  put_number(question, type);
  put_number(question, 1);
  ++question->bytes[5];
}

struct question question_of(const char* pattern, enum type type) {
  static const unsigned char head[12] = {0x4e, 0x57, 1};
  struct question question = {.size = 0};
  put(&question, head, sizeof head);
  add_question(&question, pattern, type);
  return question;
}

void add_option(struct question* question, const char* pattern) {
  static const unsigned char root_and_type[3] = {0, 0, 41};
  const struct text text = filled(pattern);
  put(question, root_and_type, sizeof root_and_type);
  put_number(question, 1232);
  put_number(question, 0);
  put_number(question, 0);
  put_number(question, text.size + 4);
  put_number(question, 65001);
  put_number(question, text.size);
  put(question, text.bytes, text.size);
  ++question->bytes[11];
}

void set_opcode(struct question* question, unsigned opcode) {
  question->bytes[2] = (unsigned char)(opcode << 3);
}
