// The order matters. Joining the user namespace that owns the mount namespace gives the
// capabilities to join the latter; then the command's own user namespace, which may lie deeper.
// There nothing is mapped but its user, and dropping the rest makes the two alike.
#include "runtime/broker/enter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <string>

namespace sbxc::broker {

namespace {

bool same_file(int a, int b) {
  struct stat first {};
  struct stat second {};
  return fstat(a, &first) == 0 && fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

bool same_place(int a, int b) {
  struct statx first {};
  struct statx second {};
  constexpr unsigned kMask = STATX_INO | STATX_MNT_ID;
  return statx(a, "", AT_EMPTY_PATH, kMask, &first) == 0 &&
         statx(b, "", AT_EMPTY_PATH, kMask, &second) == 0 && first.stx_ino == second.stx_ino &&
         first.stx_mnt_id == second.stx_mnt_id && first.stx_dev_major == second.stx_dev_major &&
         first.stx_dev_minor == second.stx_dev_minor;
}

Descriptor open_at(int directory, const std::string& path, int flags) {
  return Descriptor(openat(directory, path.c_str(), flags | O_CLOEXEC));
}

// 0: done or nothing to do.
int join(int processes, int space, const char* mine, int kind) {
  const Descriptor own = open_at(processes, std::string("self/ns/") + mine, O_RDONLY);
  if (own.is_open() && same_file(own.get(), space)) return 0;
  return setns(space, kind) == 0 ? 0 : -errno;
}

size_t count_process_namespaces(int processes, pid_t process) {
  const Descriptor status = open_at(processes, std::to_string(process) + "/status", O_RDONLY);
  char text[8192];
  const ssize_t size = read(status.get(), text, sizeof text - 1);
  if (size <= 0) return 1;
  text[size] = '\0';
  const char* line = strstr(text, "\nNSpid:");
  if (line == nullptr) return 1;
  size_t count = 0;
  for (const char* at = line + 7; *at != '\n' && *at != '\0'; ++at) {
    count += (*at == '\t' || *at == ' ') ? 1U : 0U;
  }
  return count == 0 ? 1 : count;
}

int stand_at_root(int processes, const std::string& inside, Station& station) {
  const Descriptor theirs = open_at(processes, inside + "/root", O_PATH | O_DIRECTORY);
  if (!theirs.is_open()) return -errno;
  station.root = Descriptor(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (station.root.is_open() && same_place(theirs.get(), station.root.get())) return 0;
  if (fchdir(theirs.get()) != 0 || chroot(".") != 0) return -errno;
  station.root = Descriptor(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  return station.root.is_open() ? 0 : -errno;
}

using Sets = __user_cap_data_struct[2];

int set_capabilities(bool in_effect) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  Sets sets{};
  if (syscall(SYS_capget, &header, &sets) != 0) return -errno;
  const uint32_t kept = sets[0].permitted & (1U << CAP_SYS_PTRACE);
  sets[0] = {in_effect ? kept : 0, kept, 0};
  sets[1] = {0, 0, 0};
  return syscall(SYS_capset, &header, &sets) == 0 ? 0 : -errno;
}

int drop_capabilities() {
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  for (int capability = 0; capability <= 63; ++capability) {
    if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) != 1) continue;
    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
  return set_capabilities(false);
}

int join_all(const std::string& inside, Station& station, const char*& step) {
  const int processes = station.processes.get();
  step = "open the sandbox's namespaces";
  const Descriptor user = open_at(processes, inside + "/ns/user", O_RDONLY);
  const Descriptor mount = open_at(processes, inside + "/ns/mnt", O_RDONLY);
  if (!user.is_open() || !mount.is_open()) return -errno;
  const Descriptor owner(ioctl(mount.get(), NS_GET_USERNS));
  // EPERM: owned by a user namespace above ours, which we could not leave our own for anyway.
  if (!owner.is_open() && errno != EPERM) return -errno;
  step = "join the user namespace that owns the mounts";
  if (owner.is_open()) {
    if (const int rc = join(processes, owner.get(), "user", CLONE_NEWUSER); rc != 0) return rc;
  }
  step = "join the mount namespace";
  if (const int rc = join(processes, mount.get(), "mnt", CLONE_NEWNS); rc != 0) return rc;
  step = "stand at the sandbox's root";
  if (const int rc = stand_at_root(processes, inside, station); rc != 0) return rc;
  step = "join the command's user namespace";
  return join(processes, user.get(), "user", CLONE_NEWUSER);
}

}  // namespace

int enter(pid_t inside, Station& station, const char*& step) {
  step = "open /proc";
  station.processes = Descriptor(open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!station.processes.is_open()) return -errno;
  station.depth = count_process_namespaces(station.processes.get(), inside);
  if (const int rc = join_all(std::to_string(inside), station, step); rc != 0) return rc;
  step = "drop capabilities";
  if (fchdir(station.processes.get()) != 0) return -errno;
  umask(0);
  if (const int rc = drop_capabilities(); rc != 0) return rc;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -errno;
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return -errno;
  station.own = Descriptor(open("self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC));
  return station.own.is_open() ? 0 : -errno;
}

Reading::Reading() { set_capabilities(true); }
Reading::~Reading() {
  // With the capability in effect nothing of the command's may be done.
  if (set_capabilities(false) != 0) _exit(70);
}

}  // namespace sbxc::broker
