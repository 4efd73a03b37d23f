/* What debuggers are given: stopping another process, reading and changing its memory, taking its
 * descriptors. The suite's own process outside is the target. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.h"

static pid_t victim(void) { return (pid_t)scene_number("victim"); }

static int attach(enum __ptrace_request how) {
  if (ptrace(how, victim(), 0, 0) < 0) return -1;
  if (how == PTRACE_SEIZE) ptrace(PTRACE_INTERRUPT, victim(), 0, 0);
  return waitpid(victim(), NULL, __WALL) < 0 ? -1 : 0;
}

static enum ending peek(enum __ptrace_request how) {
  long words[8];
  if (attach(how) < 0) return refused("ptrace", errno);
  for (size_t i = 0; i < sizeof words / sizeof *words; ++i) {
    const long address = scene_number("victim_memory") + (long)(i * sizeof *words);
    words[i] = ptrace(PTRACE_PEEKDATA, victim(), address, 0);
  }
  ptrace(PTRACE_DETACH, victim(), 0, 0);
  got(words, sizeof words);
  return ENDING_DONE;
}

ATTEMPT(PTR, 002) { return peek(PTRACE_ATTACH); }
ATTEMPT(PTR, 111) { return peek(PTRACE_SEIZE); }

ATTEMPT(PTR, 112) {
  if (attach(PTRACE_SEIZE) < 0) return refused("ptrace", errno);
  const long done = ptrace(PTRACE_POKEDATA, victim(), scene_number("victim_memory"), 0x7878787878L);
  const int error = errno;
  ptrace(PTRACE_DETACH, victim(), 0, 0);
  if (done < 0) return refused("ptrace", error);
  hold();
  return ENDING_DONE;
}

ATTEMPT(PTR, 003) {
  const int process = (int)syscall(SYS_pidfd_open, victim(), 0);
  if (process < 0) return refused("pidfd_open", errno);
  const int fd = (int)syscall(SYS_pidfd_getfd, process, scene_number("victim_fd"), 0);
  if (fd < 0) return refused("pidfd_getfd", errno);
  lseek(fd, 0, SEEK_SET);
  return got_descriptor(fd) == 0 ? ENDING_DONE : refused("read", errno);
}

static int open_memory(const char* pid) {
  char path[300];
  snprintf(path, sizeof path, "/proc/%s/mem", pid);
  return open(path, O_RDWR | O_CLOEXEC);
}

/* The memory of whichever process lets it: of the sandbox's own first process, inside. */
ATTEMPT(PTR, 004) {
  char pid[32];
  int fd = -1;
  snprintf(pid, sizeof pid, "%d", victim());
  fd = open_memory(pid);
  for (int each = 1; fd < 0 && each < getpid() && each <= 16; ++each) {
    snprintf(pid, sizeof pid, "%d", each);
    fd = open_memory(pid);
  }
  if (fd < 0) return refused("open", errno);
  hold();
  close(fd);
  return ENDING_DONE;
}

ATTEMPT(PTR, 005) {
  char text[] = "changed by an attempt";
  const struct iovec here = {text, sizeof text};
  const struct iovec there = {(void*)scene_number("victim_memory"), sizeof text};
  if (process_vm_writev(victim(), &here, 1, &there, 1, 0) < 0)
    return refused("process_vm_writev", errno);
  hold();
  return ENDING_DONE;
}

ATTEMPT(PTR, 113) {
  static const char text[] = "changed by an attempt";
  char pid[32];
  snprintf(pid, sizeof pid, "%d", victim());
  const int fd = open_memory(pid);
  if (fd < 0) return refused("open", errno);
  if (pwrite(fd, text, sizeof text, (off_t)scene_number("victim_memory")) < 0)
    return refused("pwrite", errno);
  hold();
  return ENDING_DONE;
}

/* Whether two processes share things is an oracle for the kernel's addresses. */
ATTEMPT(PTR, 120) {
  if (syscall(SYS_kcmp, getpid(), victim(), KCMP_FILES, 0, 0) < 0) return refused("kcmp", errno);
  return ENDING_DONE;
}

ATTEMPT(PTR, 121) {
  void* head = NULL;
  size_t size = 0;
  if (syscall(SYS_get_robust_list, victim(), &head, &size) < 0)
    return refused("get_robust_list", errno);
  return ENDING_DONE;
}

static enum ending count_events_of(pid_t process) {
  struct perf_event_attr event = {
      .type = PERF_TYPE_SOFTWARE, .size = sizeof event, .config = PERF_COUNT_SW_PAGE_FAULTS};
  event.exclude_kernel = 1;
  event.exclude_hv = 1;
  const int fd = (int)syscall(SYS_perf_event_open, &event, process, -1, -1, 0);
  if (fd < 0) return refused("perf_event_open", errno);
  hold();
  close(fd);
  return ENDING_DONE;
}

ATTEMPT(PTR, 122) { return count_events_of(victim()); }
ATTEMPT(KRN, 104) { return count_events_of(0); }

/* A child that lets itself be traced, as strace and debuggers do: the host sees who traces it. */
ATTEMPT(KRN, 128) {
  int ready[2];
  if (pipe(ready) < 0) return refused("pipe", errno);
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  if (child == 0) {
    const int error = ptrace(PTRACE_TRACEME, 0, 0, 0) < 0 ? errno : 0;
    if (write(ready[1], &error, sizeof error) < 0) _exit(1);
    for (;;) pause();
  }
  int error = EIO;
  if (read(ready[0], &error, sizeof error) == (ssize_t)sizeof error && error == 0) hold();
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return error == 0 ? ENDING_DONE : refused("ptrace", error);
}
