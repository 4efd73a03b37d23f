/* io_uring: calls that are made by writing them into memory, past a filter of system calls. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "attempt.h"
#include "by_ring_linux.h"

ATTEMPT(KRN, 001) {
  struct io_uring_params params;
  memset(&params, 0, sizeof params);
  const int fd = (int)syscall(SYS_io_uring_setup, 4, &params);
  if (fd < 0) return refused("io_uring_setup", errno);
  hold();
  close(fd);
  return ENDING_DONE;
}

/* Without submissions: a kernel's thread takes them from memory. */
ATTEMPT(KRN, 102) {
  struct io_uring_params params;
  memset(&params, 0, sizeof params);
  params.flags = IORING_SETUP_SQPOLL;
  const int fd = (int)syscall(SYS_io_uring_setup, 4, &params);
  if (fd < 0) return refused("io_uring_setup", errno);
  hold();
  close(fd);
  return ENDING_DONE;
}

ATTEMPT(UDS, 005) {
  const char* call = NULL;
  const char* nonce = scene("nonce");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, scene("stream"), sizeof address.sun_path - 1);
  struct io_uring_sqe make = {.opcode = 45 /* IORING_OP_SOCKET */, .fd = AF_UNIX};
  make.off = SOCK_STREAM;
  const int fd = by_ring(&make, &call);
  if (fd < 0) return refused(call, errno);
  struct io_uring_sqe join = {.opcode = IORING_OP_CONNECT, .fd = fd, .off = sizeof address};
  join.addr = (uint64_t)(uintptr_t)&address;
  if (by_ring(&join, &call) < 0) return refused(call, errno);
  return send(fd, nonce, strlen(nonce), 0) < 0 ? refused("send", errno) : ENDING_DONE;
}
