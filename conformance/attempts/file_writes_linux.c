/* Changing and making files by what only Linux has: links in /proc, files without a name, calls
 * that are younger than many filters, io_uring. */
#ifdef __linux__
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "by_ring_linux.h"
#include "file_steps.h"

/* Numbers that the C library of an older system does not know; one for all architectures. */
enum { kFchmodat2 = 452, kSetxattrat = 463, kFileSetattr = 469 };

/* The same as ended(), for what a kernel or a file system may not have. */
static enum ending ended_if_known(long result, const char* call) {
  const int error = errno;
  if (result != -1) return ENDING_DONE;
  refused(call, error);
  const int unknown = error == ENOSYS || error == ENOTTY || error == EOPNOTSUPP;
  return unknown ? cannot(call) : ENDING_REFUSED;
}

static const char* settings(void) { return scene_path("work", ".git/config"); }

ATTEMPT(FSW, 170) {
  const int fd = open(settings(), O_RDONLY);
  if (fd < 0) return refused("open", errno);
  return writes_open(open(text("/proc/self/fd/%d", fd), O_WRONLY | O_APPEND), "open");
}

ATTEMPT(FSW, 171) {
  const int fd = open(settings(), O_PATH);
  if (fd < 0) return refused("open", errno);
  return writes_open(open(text("/proc/self/fd/%d", fd), O_WRONLY | O_APPEND), "open");
}

ATTEMPT(FSW, 172) {
  const int fd = open(settings(), O_PATH);
  if (fd < 0) return refused("open", errno);
  return ended(chmod(text("/proc/self/fd/%d", fd), 0777), "chmod");
}

ATTEMPT(FSW, 173) {
  return ended_if_known(syscall(kFchmodat2, AT_FDCWD, settings(), 0777, 0), "fchmodat2");
}

ATTEMPT(FSW, 174) {
  const int fd = open(settings(), O_PATH);
  if (fd < 0) return refused("open", errno);
  return ended_if_known(syscall(kFchmodat2, fd, "", 0777, AT_EMPTY_PATH), "fchmodat2");
}

ATTEMPT(FSW, 175) {
  struct {
    uint64_t value;
    uint32_t size;
    uint32_t flags;
  } argument = {(uint64_t)(uintptr_t)scene("nonce"), (uint32_t)strlen(scene("nonce")), 0};
  return ended_if_known(
      syscall(kSetxattrat, AT_FDCWD, settings(), 0, "user.sbxc", &argument, sizeof argument),
      "setxattrat");
}

ATTEMPT(FSW, 176) {
  struct open_how how;
  memset(&how, 0, sizeof how);
  how.flags = O_WRONLY | O_APPEND;
  return writes_open((int)syscall(SYS_openat2, AT_FDCWD, settings(), &how, sizeof how), "openat2");
}

ATTEMPT(FSW, 177) {
  struct open_how how;
  memset(&how, 0, sizeof how);
  how.flags = O_WRONLY | O_CREAT;
  how.mode = 0755;
  const char* hook = scene_path("work", ".git/hooks/by-openat2");
  return writes_open((int)syscall(SYS_openat2, AT_FDCWD, hook, &how, sizeof how), "openat2");
}

static enum ending opens_by_ring(const char* path) {
  struct io_uring_sqe request;
  memset(&request, 0, sizeof request);
  request.opcode = IORING_OP_OPENAT;
  request.fd = AT_FDCWD;
  request.addr = (uint64_t)(uintptr_t)path;
  request.open_flags = O_WRONLY | O_CREAT;
  request.len = 0644;
  const char* call = NULL;
  const int fd = by_ring(&request, &call);
  return writes_open(fd, call);
}

ATTEMPT(FSW, 178) { return opens_by_ring(scene_path("outside", "made")); }
ATTEMPT(FSW, 179) { return opens_by_ring(scene_path("work", ".git/hooks/by-ring")); }

ATTEMPT(FSW, 180) {
  struct io_uring_sqe request;
  memset(&request, 0, sizeof request);
  request.opcode = IORING_OP_RENAMEAT;
  request.fd = AT_FDCWD;
  request.addr = (uint64_t)(uintptr_t)scene_path("work", "README.md");
  request.len = (uint32_t)AT_FDCWD;
  request.off = (uint64_t)(uintptr_t)scene_path("work", ".git/hooks/by-ring");
  const char* call = NULL;
  const int result = by_ring(&request, &call);
  return ended(result, call);
}

static int nameless(const char* directory) {
  const int fd = open(directory, O_TMPFILE | O_RDWR, 0755);
  if (fd >= 0 && write(fd, scene("nonce"), strlen(scene("nonce"))) < 0) return -1;
  return fd;
}

ATTEMPT(FSW, 181) {
  const int fd = nameless(scene("outside"));
  if (fd < 0) return refused("open", errno);
  const char* file = text("/proc/self/fd/%d", fd);
  return ended(linkat(AT_FDCWD, file, AT_FDCWD, scene_path("outside", "made"), AT_SYMLINK_FOLLOW),
               "linkat");
}

ATTEMPT(FSW, 010) {
  const int fd = nameless(scene_path("work", "src"));
  if (fd < 0) return refused("open", errno);
  return ended(linkat(AT_FDCWD, text("/proc/self/fd/%d", fd), AT_FDCWD,
                      scene_path("work", ".git/hooks/nameless"), AT_SYMLINK_FOLLOW),
               "linkat");
}

ATTEMPT(FSW, 182) {
  const int fd = nameless(scene_path("work", "src"));
  if (fd < 0) return refused("open", errno);
  return ended(linkat(fd, "", AT_FDCWD, scene_path("work", ".git/hooks/nameless"), AT_EMPTY_PATH),
               "linkat");
}

/* A node of the kind that is a plain file. */
ATTEMPT(FSW, 183) {
  return ended(mknod(scene_path("work", ".git/hooks/by-mknod"), S_IFREG | 0755, 0), "mknod");
}

/* Flags of the file system, which need no right to write: a descriptor for reading is enough. */
ATTEMPT(FSW, 006) {
  const int fd = open(settings(), O_RDONLY);
  if (fd < 0) return refused("open", errno);
  int flags = 0;
  if (ioctl(fd, FS_IOC_GETFLAGS, &flags) != 0) return ended_if_known(-1, "ioctl");
  flags |= FS_NODUMP_FL;
  return ended_if_known(ioctl(fd, FS_IOC_SETFLAGS, &flags), "ioctl");
}

ATTEMPT(FSW, 184) {
  const int fd = open(settings(), O_RDONLY);
  struct fsxattr attributes;
  if (fd < 0) return refused("open", errno);
  if (ioctl(fd, FS_IOC_FSGETXATTR, &attributes) != 0) return ended_if_known(-1, "ioctl");
  attributes.fsx_xflags |= FS_XFLAG_NODUMP;
  return ended_if_known(ioctl(fd, FS_IOC_FSSETXATTR, &attributes), "ioctl");
}

ATTEMPT(FSW, 185) {
  struct {
    uint64_t xflags;
    uint32_t extsize, nextents, projid, cowextsize;
  } attributes = {FS_XFLAG_NODUMP, 0, 0, 0, 0};
  return ended_if_known(
      syscall(kFileSetattr, AT_FDCWD, settings(), &attributes, sizeof attributes, 0),
      "file_setattr");
}

#endif
