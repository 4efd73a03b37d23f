/* Devices: nodes that lead to the machine, and making one's own. Opened and closed again; nothing
 * is written to one, and read from none that takes notice. */
#ifdef __linux__
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "file_steps.h"

/* A device that this machine has not, or not for this user, cannot be tried. Inside, the same
 * answer is a refusal, for outside it was opened. */
static enum ending opens(const char* path, int flags) {
  const int fd = open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) {
    refused("open", errno);
    return cannot("there is no such device, or not for this user");
  }
  close(fd);
  return ENDING_DONE;
}

#define OPENS(number, path, flags) \
  ATTEMPT(DEV, number) { return opens(path, flags); }

OPENS(001, "/dev/mem", O_RDONLY)
OPENS(101, "/dev/kmsg", O_RDONLY)
OPENS(006, "/dev/kmsg", O_WRONLY)
OPENS(102, "/dev/fuse", O_RDWR)
OPENS(103, "/dev/net/tun", O_RDWR)
OPENS(007, "/dev/kvm", O_RDWR)
OPENS(104, "/dev/loop-control", O_RDONLY)
OPENS(105, "/dev/loop0", O_RDONLY)
OPENS(106, "/dev/sda", O_RDONLY)
OPENS(107, "/dev/vda", O_RDONLY)
OPENS(108, "/dev/nvme0n1", O_RDONLY)
OPENS(109, "/dev/console", O_WRONLY)
OPENS(110, "/dev/tty1", O_RDWR)
OPENS(111, "/dev/vcs", O_RDONLY)
OPENS(112, "/dev/input/event0", O_RDONLY)
OPENS(113, "/dev/vhost-net", O_RDWR)
OPENS(114, "/dev/vhost-vsock", O_RDWR)
OPENS(115, "/dev/vsock", O_RDONLY)
OPENS(116, "/dev/userfaultfd", O_RDWR)
OPENS(117, "/dev/dri/card0", O_RDWR)
OPENS(118, "/dev/dri/renderD128", O_RDWR)
OPENS(119, "/dev/port", O_RDONLY)
OPENS(120, "/dev/uinput", O_WRONLY)
OPENS(121, "/dev/hpet", O_RDONLY)
OPENS(122, "/dev/rtc0", O_RDONLY)
OPENS(123, "/dev/snapshot", O_RDONLY)
OPENS(124, "/dev/nvram", O_RDONLY)
OPENS(125, "/dev/cpu/0/msr", O_RDONLY)
OPENS(126, "/dev/mapper/control", O_RDONLY)
OPENS(127, "/dev/btrfs-control", O_RDONLY)
OPENS(128, "/dev/snd/controlC0", O_RDONLY)

static const char* node(void) { return scene_path("work", "src/node"); }

/* The node of /dev/zero, and of the first loop device, which stands for any disk. */
ATTEMPT(DEV, 002) { return ended(mknod(node(), S_IFCHR | 0666, makedev(1, 5)), "mknod"); }
ATTEMPT(DEV, 130) { return ended(mknod(node(), S_IFBLK | 0600, makedev(7, 0)), "mknod"); }

/* A device in /dev may be the machine's own: what is changed of it is changed for all. */
ATTEMPT(DEV, 005) {
  struct stat status;
  if (stat("/dev/null", &status) != 0) return refused("stat", errno);
  return ended(chmod("/dev/null", status.st_mode & 07777), "chmod");
}
ATTEMPT(DEV, 132) {
  struct stat status;
  if (stat("/dev/zero", &status) != 0) return refused("stat", errno);
  return ended(chown("/dev/zero", status.st_uid, status.st_gid), "chown");
}
ATTEMPT(DEV, 133) {
  const int fd = open("/dev/full", O_RDONLY);
  if (fd < 0) return refused("open", errno);
  return ended(fchmod(fd, 0666), "fchmod");
}
#endif
