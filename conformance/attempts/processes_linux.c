/* Reading another process of the same user through /proc: its environment, arguments, memory, and
 * the files that its links lead to. The process is the suite's own, outside the sandbox. What the
 * calls made for debuggers reach is in tracing_linux.c. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "attempt.h"

static const char* of_victim(const char* rest) {
  static char path[4200];
  snprintf(path, sizeof path, "/proc/%ld/%s", scene_number("victim"), rest);
  return path;
}

static enum ending read_of_victim(const char* rest) {
  return got_file(of_victim(rest)) == 0 ? ENDING_DONE : refused("open", errno);
}

ATTEMPT(PRC, 001) { return read_of_victim("environ"); }
ATTEMPT(PRC, 101) { return read_of_victim("cmdline"); }
ATTEMPT(PRC, 002) { return read_of_victim("cwd/victim-notes"); }
ATTEMPT(PRC, 102) { return read_of_victim(scene_path("victim_root", ".ssh/id_ed25519")); }

/* The program of another process, also one that has no name any more. */
ATTEMPT(FSR, 025) {
  const int fd = open(of_victim("exe"), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return refused("open", errno);
  close(fd);
  return ENDING_DONE;
}

ATTEMPT(PRC, 103) {
  char name[32];
  snprintf(name, sizeof name, "fd/%ld", scene_number("victim_fd"));
  return read_of_victim(name);
}

ATTEMPT(PRC, 107) {
  char name[64];
  snprintf(name, sizeof name, "task/%ld/environ", scene_number("victim"));
  return read_of_victim(name);
}

ATTEMPT(PRC, 003) {
  char memory[64];
  const int fd = open(of_victim("mem"), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return refused("open", errno);
  const ssize_t n = pread(fd, memory, sizeof memory, (off_t)scene_number("victim_memory"));
  if (n <= 0) return refused("pread", errno);
  got(memory, (size_t)n);
  return ENDING_DONE;
}

ATTEMPT(PRC, 104) {
  char memory[64];
  const struct iovec here = {memory, sizeof memory};
  const struct iovec there = {(void*)scene_number("victim_memory"), sizeof memory};
  const ssize_t n = process_vm_readv((pid_t)scene_number("victim"), &here, 1, &there, 1, 0);
  if (n <= 0) return refused("process_vm_readv", errno);
  got(memory, (size_t)n);
  return ENDING_DONE;
}

/* Every process that there is to see, without having been told of any. */
static enum ending sweep(const char* file) {
  enum ending ending = ENDING_REFUSED;
  DIR* proc = opendir("/proc");
  if (!proc) return refused("opendir", errno);
  for (const struct dirent* entry = readdir(proc); entry; entry = readdir(proc)) {
    char path[300];
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    snprintf(path, sizeof path, "/proc/%s/%s", entry->d_name, file);
    if (got_file(path) == 0) ending = ENDING_DONE;
  }
  closedir(proc);
  return ending == ENDING_DONE ? ending : refused("open", errno);
}

ATTEMPT(PRC, 004) { return sweep("environ"); }
ATTEMPT(PRC, 006) { return sweep("cmdline"); }

/* Descriptors of processes that are there beside this one: of the sandbox's own helpers, inside. */
static int open_descriptors_of(const char* pid) {
  char path[300];
  int opened = 0;
  snprintf(path, sizeof path, "/proc/%s/fd", pid);
  DIR* descriptors = opendir(path);
  if (!descriptors) return 0;
  for (const struct dirent* entry = readdir(descriptors); entry; entry = readdir(descriptors)) {
    char name[600];
    if (entry->d_name[0] == '.') continue;
    snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
    if (open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) >= 0) ++opened;
  }
  closedir(descriptors);
  return opened;
}

/* Where the suite's process is to be seen, strangers' processes are as well, and are left alone. */
ATTEMPT(PRC, 009) {
  char pid[32];
  int opened = 0;
  snprintf(pid, sizeof pid, "%ld", scene_number("victim"));
  if (access(of_victim("stat"), F_OK) == 0) {
    opened = open_descriptors_of(pid);
  } else {
    for (long each = 1; each < getpid() && each <= 16; ++each) {
      snprintf(pid, sizeof pid, "%ld", each);
      opened += open_descriptors_of(pid);
    }
  }
  if (opened == 0) return refused("open", errno);
  hold();
  return ENDING_DONE;
}

static enum ending write_of_victim(const char* rest, const char* text, size_t size) {
  const int fd = open(of_victim(rest), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return refused("open", errno);
  if (write(fd, text, size) < 0) return refused("write", errno);
  close(fd);
  hold();
  return ENDING_DONE;
}

ATTEMPT(PRC, 011) { return write_of_victim("oom_score_adj", "321", 3); }
ATTEMPT(PRC, 111) { return write_of_victim("coredump_filter", "0x7f", 4); }
