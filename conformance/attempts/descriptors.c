/* Descriptors that whoever started the sandbox had open: of a denied file, a directory, a socket.
 * The suite leaves them open under numbers that the scene names. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attempt.h"

static enum ending read_all(int fd) {
  lseek(fd, 0, SEEK_SET);
  return got_descriptor(fd) == 0 ? ENDING_DONE : refused("read", errno);
}

static enum ending read_in(int directory, const char* name) {
  const int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
  return fd >= 0 ? read_all(fd) : refused("openat", errno);
}

static enum ending write_nonce(int fd) {
  const char* nonce = scene("nonce");
  return write(fd, nonce, strlen(nonce)) < 0 ? refused("write", errno) : ENDING_DONE;
}

static int inherited(const char* name) { return (int)scene_number(name); }

ATTEMPT(FDS, 001) { return read_all(inherited("fd_file")); }
ATTEMPT(FDS, 101) { return write_nonce(inherited("fd_file")); }

/* The descriptor's own name opens the file anew. */
ATTEMPT(FDS, 102) {
  char path[32];
  snprintf(path, sizeof path, "/dev/fd/%d", inherited("fd_file"));
  return read_in(AT_FDCWD, path);
}

ATTEMPT(FDS, 107) {
  char* bytes = mmap(NULL, 64, PROT_READ, MAP_SHARED, inherited("fd_file"), 0);
  if (bytes == MAP_FAILED) return refused("mmap", errno);
  got(bytes, 64);
  return ENDING_DONE;
}

ATTEMPT(FDS, 002) { return read_in(inherited("fd_directory"), "descriptor-notes"); }

ATTEMPT(FDS, 103) {
  if (fchdir(inherited("fd_directory")) < 0) return refused("fchdir", errno);
  return read_in(AT_FDCWD, "descriptor-notes");
}

ATTEMPT(FDS, 110) {
  const char* nonce = scene("nonce");
  const int fd = openat(inherited("fd_directory"), nonce, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  return fd >= 0 ? write_nonce(fd) : refused("openat", errno);
}

ATTEMPT(FDS, 108) {
  return read_in(inherited("fd_root"), scene_path("home", ".ssh/id_ed25519") + 1);
}

ATTEMPT(FDS, 003) { return write_nonce(inherited("fd_socket")); }

/* A message that carries a descriptor: it was sent before the sandbox started. */
ATTEMPT(FDS, 007) {
  char byte = 0;
  char control[CMSG_SPACE(sizeof(int))];
  struct iovec data = {&byte, 1};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control};
  message.msg_controllen = sizeof control;
  if (recvmsg(inherited("fd_socket"), &message, 0) < 0) return refused("recvmsg", errno);
  const struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (!header || header->cmsg_type != SCM_RIGHTS) return refused("recvmsg", ENOMSG);
  int fd = -1;
  memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return read_all(fd);
}

/* Standard error is a file that the host's rights opened for appending: anew, it can be read or
 * emptied. */
ATTEMPT(FDS, 004) { return read_in(AT_FDCWD, "/dev/fd/2"); }

ATTEMPT(FDS, 105) {
  const int fd = open("/dev/fd/2", O_WRONLY | O_TRUNC | O_CLOEXEC);
  return fd >= 0 ? ENDING_DONE : refused("open", errno);
}

ATTEMPT(FDS, 109) { return read_all(STDERR_FILENO); }

ATTEMPT(FDS, 111) {
  return ftruncate(STDERR_FILENO, 0) == 0 ? ENDING_DONE : refused("ftruncate", errno);
}
