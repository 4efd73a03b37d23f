/* What the whole machine runs later: the places of root's, of which the kernel, cron, the loader
 * and every shell take programs. A file without a name is made in each, so that nothing is ever
 * there to be run, also where it can be (open(2), O_TMPFILE). What lies in memory is the sandbox's
 * own. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "attempt.h"

static enum ending makes_in(const char* directory) {
  struct statfs system;
  const int fd = open(directory, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
  if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
    return cannot("the file system has no files without names");
  if (fd < 0 && errno == ENOENT) return cannot("there is no such directory");
  if (fd < 0) return refused("open", errno);
  const int in_memory = fstatfs(fd, &system) != 0 || system.f_type == TMPFS_MAGIC;
  close(fd);
  return in_memory ? cannot("it lies in memory") : ENDING_DONE;
}

#define PLACE(number, directory) \
  ATTEMPT(PER, number) { return makes_in(directory); }

PLACE(025, "/etc/cron.d")
PLACE(500, "/var/spool/cron/crontabs")
PLACE(501, "/etc/profile.d")
PLACE(502, "/etc/systemd/system")
PLACE(503, "/usr/local/bin")
PLACE(504, "/etc")
PLACE(505, "/etc/sudoers.d")
PLACE(506, "/etc/udev/rules.d")
PLACE(507, "/usr/bin")
PLACE(508, "/usr/lib")
PLACE(509, "/root")
PLACE(510, "/etc/ld.so.conf.d")
PLACE(511, "/boot")
