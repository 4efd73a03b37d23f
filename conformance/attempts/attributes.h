/* Setting an extended attribute, which has other parameters on each system. Declared here for
 * macOS: compilers that build for it elsewhere carry no <sys/xattr.h>. */
#ifndef SBXC_CONFORMANCE_ATTEMPTS_ATTRIBUTES_H
#define SBXC_CONFORMANCE_ATTEMPTS_ATTRIBUTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __APPLE__
int setxattr(const char* path, const char* name, const void* value, size_t size, uint32_t position,
             int options);
int fsetxattr(int fd, const char* name, const void* value, size_t size, uint32_t position,
              int options);

static inline int set_attribute(const char* path, const char* name, const char* value) {
  return setxattr(path, name, value, strlen(value), 0, 0);
}
static inline int set_attribute_open(int fd, const char* name, const char* value) {
  return fsetxattr(fd, name, value, strlen(value), 0, 0);
}
#else
#include <sys/xattr.h>

static inline int set_attribute(const char* path, const char* name, const char* value) {
  return setxattr(path, name, value, strlen(value), 0);
}
static inline int set_attribute_open(int fd, const char* name, const char* value) {
  return fsetxattr(fd, name, value, strlen(value), 0);
}
#endif

#endif
