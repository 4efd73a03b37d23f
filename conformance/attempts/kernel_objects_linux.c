/* Parts of the kernel that programs at work seldom need, and that were ways into it again and
 * again. Each call gives a descriptor, which the host sees; nothing is done with it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attempt.h"

static enum ending hold_open(const char* call, long fd) {
  if (fd < 0) return refused(call, errno);
  hold();
  close((int)fd);
  return ENDING_DONE;
}

ATTEMPT(KRN, 003) {
  return hold_open("userfaultfd", syscall(SYS_userfaultfd, O_CLOEXEC | 1 /* user mode only */));
}

ATTEMPT(KRN, 130) { return hold_open("userfaultfd", syscall(SYS_userfaultfd, O_CLOEXEC)); }

ATTEMPT(KRN, 131) {
  union bpf_attr map;
  memset(&map, 0, sizeof map);
  map.map_type = BPF_MAP_TYPE_ARRAY;
  map.key_size = 4;
  map.value_size = 4;
  map.max_entries = 1;
  return hold_open("bpf", syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof map));
}

ATTEMPT(KRN, 132) {
  return hold_open("fanotify_init",
                   fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_FID | FAN_CLOEXEC, O_RDONLY));
}

ATTEMPT(KRN, 133) {
  return hold_open("fanotify_init", fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY));
}

/* A supervisor of its own children's calls. Where a supervisor stands above it already, there must
 * not be a second one. */
ATTEMPT(KRN, 013) {
  struct sock_filter all[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog filter = {1, all};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return hold_open("seccomp", syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                      SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter));
}

#ifdef SYS_memfd_secret
ATTEMPT(KRN, 134) {
  const long fd = syscall(SYS_memfd_secret, O_CLOEXEC);
  if (fd < 0 && errno == ENOSYS) return cannot("the kernel has no secret memory");
  return hold_open("memfd_secret", fd);
}
#else
ATTEMPT(KRN, 134) { return cannot("the C library knows no secret memory"); }
#endif

/* A program that no path names: a copy of this one, in memory. What it tries is as forbidden to it
 * as to this. */
ATTEMPT(KRN, 008) {
  char buffer[65536];
  char* const words[] = {(char*)"probe", (char*)"FSR-001", NULL, NULL};
  char* const nothing[] = {NULL};
  char** home = (char**)&words[2];
  const int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  const int fd = memfd_create("probe", MFD_CLOEXEC);
  if (self < 0 || fd < 0) return refused("memfd_create", errno);
  for (ssize_t n = 0; (n = read(self, buffer, sizeof buffer)) > 0;) {
    if (write(fd, buffer, (size_t)n) != n) return refused("write", errno);
  }
  /* `home=…`, as the scene has it */
  const char* value = scene("home");
  char word[4200] = "home=";
  strncat(word, value, sizeof word - 6);
  *home = word;
  fexecve(fd, words, nothing);
  return refused("execveat", errno);
}

static enum ending hold_socket(int family, int kind, int protocol) {
  const int fd = socket(family, kind, protocol);
  const int error = errno;
  if (fd < 0 && (error == EAFNOSUPPORT || error == EPROTONOSUPPORT || error == ESOCKTNOSUPPORT))
    return cannot("the kernel has no such sockets");
  errno = error;
  return hold_open("socket", fd);
}

#define SOCKET(number, family, kind, protocol) \
  ATTEMPT(KRN, number) { return hold_socket(family, kind, protocol); }

SOCKET(002, AF_VSOCK, SOCK_STREAM, 0)
SOCKET(106, AF_NETLINK, SOCK_RAW, 12) /* netfilter */
SOCKET(107, AF_NETLINK, SOCK_RAW, 6)  /* xfrm */
SOCKET(108, AF_NETLINK, SOCK_RAW, 9)  /* audit */
SOCKET(109, AF_NETLINK, SOCK_RAW, 15) /* kobject_uevent */
SOCKET(110, AF_NETLINK, SOCK_RAW, 16) /* generic */
SOCKET(111, AF_NETLINK, SOCK_RAW, 4)  /* sock_diag */
SOCKET(136, AF_NETLINK, SOCK_RAW, 11) /* connector */
SOCKET(112, AF_PACKET, SOCK_RAW, 0)
SOCKET(113, AF_PACKET, SOCK_DGRAM, 0)
SOCKET(114, AF_INET, SOCK_RAW, 1)   /* icmp */
SOCKET(115, AF_INET6, SOCK_RAW, 58) /* icmpv6 */
SOCKET(007, AF_ALG, SOCK_SEQPACKET, 0)
SOCKET(116, 44 /* AF_XDP */, SOCK_RAW, 0)
SOCKET(117, AF_KEY, SOCK_RAW, 2)
SOCKET(118, AF_CAN, SOCK_RAW, 1)
SOCKET(119, AF_TIPC, SOCK_STREAM, 0)
SOCKET(120, AF_RDS, SOCK_SEQPACKET, 0)
SOCKET(121, AF_BLUETOOTH, SOCK_RAW, 1)
SOCKET(122, AF_KCM, SOCK_DGRAM, 0)
SOCKET(123, AF_SMC, SOCK_STREAM, 0)
SOCKET(124, AF_PPPOX, SOCK_DGRAM, 0)
SOCKET(125, AF_NFC, SOCK_SEQPACKET, 0)
SOCKET(126, AF_QIPCRTR, SOCK_DGRAM, 0)
SOCKET(137, AF_INET, SOCK_DCCP, 33)
SOCKET(138, AF_INET, SOCK_STREAM, 132) /* sctp */
