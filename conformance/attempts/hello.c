#include "hello.h"

#include <stdlib.h>
#include <string.h>

struct bytes {
  unsigned char data[2048];
  size_t size;
};

static void put(struct bytes* bytes, const void* data, size_t size) {
  if (bytes->size + size > sizeof bytes->data) abort();
  memcpy(bytes->data + bytes->size, data, size);
  bytes->size += size;
}

static void put_number(struct bytes* bytes, size_t value, size_t width) {
  for (size_t i = width; i-- > 0;) {
    const unsigned char byte = (unsigned char)(value >> (8 * i));
    put(bytes, &byte, 1);
  }
}

static void put_sized(struct bytes* bytes, const struct bytes* part, size_t width) {
  put_number(bytes, part->size, width);
  put(bytes, part->data, part->size);
}

static void put_name(struct bytes* list, const struct text* name, int type) {
  put_number(list, (size_t)type, 1);
  put_number(list, name->size, 2);
  put(list, name->bytes, name->size);
}

static void put_names(struct bytes* extensions, const struct bytes* list) {
  struct bytes content = {.size = 0};
  put_sized(&content, list, 2);
  put_number(extensions, 0, 2);
  put_sized(extensions, &content, 2);
}

static void put_extensions(struct bytes* hello, const struct text* first, const struct text* second,
                           enum hello_shape shape) {
  static const unsigned char versions[] = {0, 43, 0, 5, 4, 3, 4, 3, 3};
  struct bytes extensions = {.size = 0};
  struct bytes list = {.size = 0};
  if (first) put_name(&list, first, shape == HELLO_ODD_TYPE ? 7 : 0);
  if (second && shape == HELLO_TWO_NAMES) put_name(&list, second, 0);
  if (first) put_names(&extensions, &list);
  if (second && shape == HELLO_TWO_EXTENSIONS) {
    struct bytes other = {.size = 0};
    put_name(&other, second, 0);
    put_names(&extensions, &other);
  }
  put(&extensions, versions, sizeof versions);
  put_sized(hello, &extensions, 2);
}

static void put_record(struct bytes* all, int type, const unsigned char* data, size_t size) {
  put_number(all, (size_t)type, 1);
  put_number(all, 0x0301, 2);
  put_number(all, size, 2);
  put(all, data, size);
}

struct text client_hello(const struct text* first, const struct text* second,
                         enum hello_shape shape) {
  static const unsigned char suites[] = {0, 4, 0x13, 1, 0xc0, 0x2b, 1, 0};
  struct bytes hello = {.size = 0};
  put_number(&hello, 0x0303, 2);
  for (int i = 0; i < 32; ++i) put_number(&hello, (size_t)i, 1);
  put_number(&hello, 0, 1);
  put(&hello, suites, sizeof suites);
  put_extensions(&hello, first, second, shape);
  struct bytes message = {.size = 0};
  put_number(&message, 1, 1);
  put_sized(&message, &hello, 3);
  struct bytes all = {.size = 0};
  const size_t middle = shape == HELLO_IN_RECORDS ? 60 : message.size;
  put_record(&all, 22, message.data, middle);
  if (middle < message.size) put_record(&all, 22, message.data + middle, message.size - middle);
  struct text text = {malloc(all.size), all.size};
  if (!text.bytes) abort();
  memcpy(text.bytes, all.data, all.size);
  return text;
}
