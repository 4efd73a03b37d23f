/* Files that would run with the rights of whoever owns them, left where others can reach them: no
 * right of the sandbox's, but one that is handed out and works when the sandbox has ended
 * (systemd.exec(5), RestrictSUIDSGID=). The sandbox of somebody who is root would hand out root's.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attributes.h"
#include "file_steps.h"
#ifdef __linux__
#include <sys/syscall.h>
#include <sys/xattr.h>
#endif

static const char* program(void) { return scene_path("work", "src/main.c"); }

ATTEMPT(PRV, 107) { return ended(chmod(program(), 04755), "chmod"); }
ATTEMPT(PRV, 108) { return ended(chmod(program(), 02755), "chmod"); }
ATTEMPT(PRV, 109) {
  const int fd = open(program(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return refused("open", errno);
  return ended(fchmod(fd, 04755), "fchmod");
}
ATTEMPT(PRV, 110) {
  const int directory = open(scene_path("work", "src"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return refused("open", errno);
  return ended(fchmodat(directory, "main.c", 04755, 0), "fchmodat");
}

/* Made with the bits. A call that leaves them out has handed out nothing. */
static enum ending has_them(const char* path, const char* call) {
  struct stat status;
  if (stat(path, &status) != 0) return refused("stat", errno);
  if ((status.st_mode & (S_ISUID | S_ISGID)) != 0) return ENDING_DONE;
  unlink(path);
  return refused(call, EPERM);
}

ATTEMPT(PRV, 111) {
  const char* path = scene_path("work", "src/made");
  const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 04755);
  if (fd < 0) return refused("open", errno);
  return has_them(path, "open");
}

#ifdef __linux__
ATTEMPT(PRV, 112) {
  const char* path = scene_path("work", "src/made");
  if (mknod(path, S_IFREG | 04755, 0) != 0) return refused("mknod", errno);
  return has_them(path, "mknod");
}

/* fchmodat2(2), and a descriptor that may not even be read by. */
ATTEMPT(PRV, 113) {
  enum { FCHMODAT2 = 452 };
  const int fd = open(program(), O_PATH | O_CLOEXEC);
  if (fd < 0) return refused("open", errno);
  const long result = syscall(FCHMODAT2, fd, "", 04755, AT_EMPTY_PATH);
  if (result != 0 && errno == ENOSYS) return cannot("the kernel has no fchmodat2");
  return ended(result, "fchmodat2");
}

/* A file without a name is made so, and gets its name afterwards. */
ATTEMPT(PRV, 114) {
  const char* path = scene_path("work", "src/made");
  const int fd = open(scene_path("work", "src"), O_WRONLY | O_TMPFILE | O_CLOEXEC, 04755);
  if (fd < 0 && errno == EOPNOTSUPP) return cannot("the file system has no files without names");
  if (fd < 0) return refused("open", errno);
  if (linkat(AT_FDCWD, text("/proc/self/fd/%d", fd), AT_FDCWD, path, AT_SYMLINK_FOLLOW) != 0)
    return refused("linkat", errno);
  return has_them(path, "open");
}

/* Capabilities of a file: the same with single rights of root's (capabilities(7),
 * linux/capability.h: revision 2, in effect, CAP_NET_RAW). */
ATTEMPT(PRV, 115) {
  const unsigned words[5] = {0x02000001U, 1U << 13, 0, 0, 0};
  return ended(setxattr(program(), "security.capability", words, sizeof words, 0), "setxattr");
}
#endif
