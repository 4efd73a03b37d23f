/* Other doors into the kernel: the 32-bit calls that every x86-64 program can make, and the numbers
 * of x32. A filter that knows one numbering alone lets the other through. */
#include "attempt.h"
#ifdef __x86_64__
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* Arguments have 32 bits: what they point to lies low. */
static long call_32(long number, uintptr_t a, uintptr_t b, uintptr_t c) {
  long result = number;
  __asm__ volatile("int $0x80"
                   : "+a"(result)
                   : "b"(a), "c"(b), "d"(c), "S"(0L), "D"(0L)
                   : "memory", "r8", "r9", "r10", "r11");
  return (int)result;
}

static char* low_memory(void) {
  void* memory =
      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

static uintptr_t low_text(char* low, const char* text) { return (uintptr_t)strcpy(low, text); }

/* A file in memory is nothing forbidden; the door is. */
ATTEMPT(KRN, 004) {
  char* low = low_memory();
  if (!low) return refused("mmap", errno);
  const long fd = call_32(356 /* memfd_create */, low_text(low, "probe-32"), 0, 0);
  if (fd < 0) return refused("int 0x80 memfd_create", (int)-fd);
  hold();
  return ENDING_DONE;
}

ATTEMPT(KRN, 005) {
  const long fd = syscall(0x40000000L | SYS_memfd_create, "probe-x32", 0);
  if (fd < 0) return errno == ENOSYS ? cannot("the kernel has no x32") : refused("x32", errno);
  hold();
  return ENDING_DONE;
}

ATTEMPT(KRN, 103) {
  char* low = low_memory();
  if (!low) return refused("mmap", errno);
  const long fd = call_32(5 /* open */, low_text(low, scene_path("home", ".ssh/id_ed25519")), 0, 0);
  if (fd < 0) return refused("int 0x80 open", (int)-fd);
  return got_descriptor((int)fd) == 0 ? ENDING_DONE : refused("read", errno);
}

ATTEMPT(KRN, 105) {
  char* low = low_memory();
  if (!low) return refused("mmap", errno);
  memset(low, 0, 256);
  const long fd = call_32(425 /* io_uring_setup */, 4, (uintptr_t)low, 0);
  if (fd < 0) return refused("int 0x80 io_uring_setup", (int)-fd);
  hold();
  return ENDING_DONE;
}

static int unshare_32(void) {
  const long result = call_32(310 /* unshare */, 0x10000000 /* CLONE_NEWUSER */, 0, 0);
  if (result < 0) errno = (int)-result;
  return result < 0 ? -1 : 0;
}

#include "nested.h"
ATTEMPT(MNT, 136) { return hold_in_child("int 0x80 unshare", unshare_32); }

ATTEMPT(PTR, 109) {
  const long result = call_32(37 /* kill */, (uintptr_t)scene_number("victim"), 10, 0);
  if (result < 0) return refused("int 0x80 kill", (int)-result);
  hold();
  return ENDING_DONE;
}

ATTEMPT(UDS, 006) {
  char* low = low_memory();
  const char* nonce = scene("nonce");
  if (!low) return refused("mmap", errno);
  const long fd = call_32(359 /* socket */, AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return refused("int 0x80 socket", (int)-fd);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, scene("stream"), sizeof address.sun_path - 1);
  memcpy(low, &address, sizeof address);
  const long joined = call_32(362 /* connect */, (uintptr_t)fd, (uintptr_t)low, sizeof address);
  if (joined < 0) return refused("int 0x80 connect", (int)-joined);
  return send((int)fd, nonce, strlen(nonce), 0) < 0 ? refused("send", errno) : ENDING_DONE;
}

ATTEMPT(TTY, 104) {
  char* low = low_memory();
  if (!low) return refused("mmap", errno);
  for (const char* next = scene("nonce"); *next; ++next) {
    *low = *next;
    const long result = call_32(54 /* ioctl */, STDIN_FILENO, TIOCSTI, (uintptr_t)low);
    if (result < 0) return refused("int 0x80 ioctl", (int)-result);
  }
  return ENDING_DONE;
}
#else
#define ELSEWHERE(group, number) \
  ATTEMPT(group, number) { return cannot("only x86-64 has such calls"); }

ELSEWHERE(KRN, 004)
ELSEWHERE(KRN, 005)
ELSEWHERE(KRN, 103)
ELSEWHERE(KRN, 105)
ELSEWHERE(MNT, 136)
ELSEWHERE(PTR, 109)
ELSEWHERE(UDS, 006)
ELSEWHERE(TTY, 104)
#endif
