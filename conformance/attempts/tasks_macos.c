/* Other processes and the kernel's settings as macOS shows them: task ports, arguments, sysctl. */
#include <errno.h>
#include <libproc.h>
#include <mach/mach.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <unistd.h>

#include "attempt.h"

/* mach/mach_vm.h, which cross compilers do not carry. */
kern_return_t mach_vm_read_overwrite(vm_map_t task, mach_vm_address_t address, mach_vm_size_t size,
                                     mach_vm_address_t data, mach_vm_size_t* copied);

static pid_t victim(void) { return (pid_t)scene_number("victim"); }

ATTEMPT(PTR, 009) {
  mach_port_t task = MACH_PORT_NULL;
  const kern_return_t result = task_for_pid(mach_task_self(), victim(), &task);
  if (result != KERN_SUCCESS) return refused("task_for_pid", result);
  char memory[128];
  mach_vm_size_t size = 0;
  const kern_return_t copied = mach_vm_read_overwrite(
      task, (mach_vm_address_t)scene_number("victim_memory"), 64, (mach_vm_address_t)memory, &size);
  if (copied != KERN_SUCCESS) return refused("mach_vm_read_overwrite", copied);
  got(memory, (size_t)size);
  return ENDING_DONE;
}

/* Arguments and environment, of a process of the same user. */
ATTEMPT(PTR, 010) {
  static char text[1 << 16];
  size_t size = sizeof text;
  int name[] = {CTL_KERN, KERN_PROCARGS2, victim()};
  if (sysctl(name, 3, text, &size, NULL, 0) < 0) return refused("sysctl", errno);
  got(text, size);
  return ENDING_DONE;
}

/* The files that another process has open, and its directory: their paths. */
ATTEMPT(PTR, 118) {
  struct proc_vnodepathinfo paths;
  const int size = proc_pidinfo(victim(), PROC_PIDVNODEPATHINFO, 0, &paths, sizeof paths);
  if (size <= 0) return refused("proc_pidinfo", errno);
  got(paths.pvi_cdir.vip_path, strlen(paths.pvi_cdir.vip_path));
  return ENDING_DONE;
}

/* A list of all processes. */
ATTEMPT(PTR, 119) {
  static struct kinfo_proc all[4096];
  size_t size = sizeof all;
  int name[] = {CTL_KERN, KERN_PROC, KERN_PROC_ALL, 0};
  if (sysctl(name, 4, all, &size, NULL, 0) < 0) return refused("sysctl", errno);
  for (size_t i = 0; i < size / sizeof *all; ++i) {
    if (all[i].kp_proc.p_pid == victim()) return ENDING_DONE;
  }
  return refused("sysctl", ESRCH);
}

/* A setting, set to what it is. */
ATTEMPT(MAC, 025) {
  int value = 0;
  size_t size = sizeof value;
  if (sysctlbyname("kern.maxprocperuid", &value, &size, NULL, 0) < 0)
    return refused("sysctlbyname", errno);
  if (sysctlbyname("kern.maxprocperuid", NULL, NULL, &value, sizeof value) < 0)
    return refused("sysctlbyname", errno);
  return ENDING_DONE;
}

/* Sockets of the system's own kind, by which extensions and tunnels are reached. */
ATTEMPT(KRN, 161) {
  const int fd = socket(AF_SYSTEM, SOCK_DGRAM, 2 /* SYSPROTO_CONTROL */);
  return fd < 0 ? refused("socket", errno) : ENDING_DONE;
}

ATTEMPT(KRN, 159) {
  const int fd = socket(27 /* AF_NDRV */, SOCK_RAW, 0);
  return fd < 0 ? refused("socket", errno) : ENDING_DONE;
}

ATTEMPT(KRN, 160) {
  const int fd = socket(AF_ROUTE, SOCK_RAW, 0);
  return fd < 0 ? refused("socket", errno) : ENDING_DONE;
}
