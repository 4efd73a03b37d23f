/* Files of the kernel that are no process's: settings that make the kernel run a program or change
 * the whole machine, opened for writing and never written; and what the kernel tells of itself.
 * The host sees the open descriptor. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attempt.h"

static enum ending open_and_hold(const char* path, int flags) {
  const int fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return refused("open", errno);
  hold();
  close(fd);
  return ENDING_DONE;
}

static enum ending only_where_there_is(const char* path, int flags) {
  struct stat status;
  if (stat(path, &status) < 0 && errno == ENOENT) return cannot("there is no such file");
  return open_and_hold(path, flags);
}

/* A setting that a kernel may have or not. */
#define SETTING(group, number, path) \
  ATTEMPT(group, number) { return only_where_there_is(path, O_WRONLY); }

SETTING(PRC, 005, "/proc/sys/kernel/core_pattern")
SETTING(PRC, 105, "/proc/sys/kernel/modprobe")
SETTING(PRC, 106, "/proc/sysrq-trigger")
SETTING(PRC, 110, "/proc/sys/kernel/hotplug")
SETTING(PRC, 112, "/proc/sys/kernel/poweroff_cmd")
SETTING(PRC, 113, "/proc/sys/vm/overcommit_memory")
SETTING(PRC, 114, "/proc/sys/kernel/ns_last_pid")
SETTING(PRC, 115, "/proc/sys/fs/protected_hardlinks")
SETTING(PRC, 116, "/proc/sys/kernel/randomize_va_space")
SETTING(PRC, 117, "/proc/irq/default_smp_affinity")
SETTING(PRC, 118, "/proc/sys/net/ipv4/ip_forward")
SETTING(SYS, 001, "/sys/fs/cgroup/memory/release_agent")
SETTING(SYS, 002, "/sys/fs/cgroup/memory/cgroup.procs")
SETTING(SYS, 101, "/sys/fs/cgroup/unified/cgroup.procs")
SETTING(SYS, 102, "/sys/fs/cgroup/cgroup.procs")
SETTING(SYS, 004, "/sys/power/state")
SETTING(SYS, 103, "/sys/kernel/mm/transparent_hugepage/enabled")
SETTING(SYS, 104, "/sys/kernel/uevent_helper")
SETTING(SYS, 005, "/proc/sys/fs/binfmt_misc/register")

#define TELLING(group, number, path) \
  ATTEMPT(group, number) { return only_where_there_is(path, O_RDONLY); }

TELLING(PRC, 007, "/proc/kcore")
TELLING(PRC, 108, "/proc/kallsyms")
TELLING(PRC, 109, "/proc/kmsg")
TELLING(PRC, 119, "/proc/timer_list")
TELLING(PRC, 120, "/proc/keys")
TELLING(PRC, 126, "/dev/kmsg")
TELLING(SYS, 003, "/sys/kernel/debug")
TELLING(SYS, 105, "/sys/kernel/tracing")
TELLING(SYS, 106, "/sys/kernel/security")
TELLING(SYS, 107, "/sys/firmware")
TELLING(SYS, 108, "/sys/fs/bpf")

/* Every setting of one directory: holds the first that opens. */
static int first_writable(const char* directory, int depth) {
  int found = -1;
  DIR* entries = opendir(directory);
  if (!entries) return -1;
  for (const struct dirent* entry = readdir(entries); entry && found < 0;
       entry = readdir(entries)) {
    char path[1024];
    if (entry->d_name[0] == '.') continue;
    if (snprintf(path, sizeof path, "%s/%s", directory, entry->d_name) >= (int)sizeof path)
      continue;
    if (entry->d_type == DT_DIR && depth > 0) found = first_writable(path, depth - 1);
    if (entry->d_type == DT_REG) found = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
  }
  closedir(entries);
  return found;
}

static enum ending hold_first_writable(const char* directory) {
  const int fd = first_writable(directory, 4);
  if (fd < 0) return refused("open", errno);
  hold();
  close(fd);
  return ENDING_DONE;
}

ATTEMPT(PRC, 127) { return hold_first_writable("/proc/sys/kernel"); }
ATTEMPT(PRC, 128) { return hold_first_writable("/proc/sys/vm"); }
ATTEMPT(PRC, 129) { return hold_first_writable("/proc/sys/fs"); }
ATTEMPT(PRC, 130) { return hold_first_writable("/proc/sys/net"); }
/* How many namespaces there may be is for who has this capability (user_namespaces(7)). A machine
 * that is itself in a container may have a root without it. */
static int may_raise_limits(void) {
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct sets[2];
  if (syscall(SYS_capget, &head, sets) != 0) return 0;
  return (sets[0].effective & 1U << CAP_SYS_RESOURCE) != 0;
}
static const char* const no_such_right = "root has no CAP_SYS_RESOURCE here";

ATTEMPT(PRC, 131) {
  return may_raise_limits() ? hold_first_writable("/proc/sys/user") : cannot(no_such_right);
}
ATTEMPT(MNT, 014) {
  if (!may_raise_limits()) return cannot(no_such_right);
  return only_where_there_is("/proc/sys/user/max_user_namespaces", O_WRONLY);
}
ATTEMPT(PRC, 132) { return hold_first_writable("/proc/sys/dev"); }
ATTEMPT(SYS, 109) { return hold_first_writable("/sys/fs/cgroup"); }
ATTEMPT(SYS, 110) { return hold_first_writable("/sys/devices/system/cpu"); }

/* The kernel's messages, by the system call. */
ATTEMPT(KRN, 011) {
  static char messages[1 << 14];
  const int size = klogctl(3 /* read all */, messages, sizeof messages);
  if (size < 0) return refused("syslog", errno);
  got(messages, 1);
  return ENDING_DONE;
}
