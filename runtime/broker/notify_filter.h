// The seccomp filter that hands calls over to the broker.
//
// It notifies of every call that makes, removes, moves or changes a name or what it names: opening
// for writing (or, with `reads`, at all), the families of rename, link, symlink, mkdir, mknod,
// unlink, truncate, chmod, chown, utime, setxattr, and bind(), which makes a name. Calls by
// descriptor (fchmod and the like) are among them: a file opened for reading is changed by them.
// - O_PATH is left alone: it neither reads nor writes, and whatever makes more of the descriptor
//   (opening /proc/self/fd/N, linkat, fchmodat2) is a call of its own that is judged.
// - ENOSYS: openat2, setxattrat, removexattrat, file_setattr (their arguments lie in memory, and
//   programs fall back), io_uring (opens files past every filter), and every number that is newer
//   than this program. x32 calls are such numbers.
// - EPERM: mounting, chroot, pivot_root, open_by_handle_at: after those a path would mean something
//   else. The policy's own filter refuses them as well; this one does not rely on it.
// - ENOTTY: requests of ioctl() that make names or change attributes (file_requests.h).
// - A foreign architecture: the process is killed.
// With `sockets` also connect(). sendto() and sendmsg() name a unix socket only from a datagram
// socket (stream and seqpacket sockets ignore or refuse the address), so those are not made in the
// first place: socket() and socketpair() of AF_UNIX with SOCK_DGRAM, or SOCK_RAW which the kernel
// turns into it, answer EACCES. This costs sends nothing at all, and loses syslog and sd_notify.
//
// Relied upon: no descriptor of a unix datagram socket, of a directory of another file system tree
// or of a file that the command may not have is passed in by the launcher; no_new_privs is set, so
// that no process behind the filter changes its user.
#pragma once

#include <linux/filter.h>

#include <span>
#include <vector>

namespace sbxc::broker {

struct NotifyOptions {
  bool reads = false;    // every open is brokered: some denial of reading is for names to come
  bool sockets = false;  // connecting is brokered: some unix sockets are allowed
};

// For the architecture that this program is built for. The common calls take no argument into
// account, so the kernel answers them from its bitmap.
std::vector<sock_filter> notify_filter(const NotifyOptions& options);

// Loads the filter for the calling thread and gives the listener (close-on-exec), or a negative
// errno. no_new_privs has to be set. Where the kernel can (5.19), a call that the broker has begun
// is interrupted by deadly signals alone: without this, programs with many signals would do things
// twice.
int install_notify_filter(std::span<const sock_filter> filter);

}  // namespace sbxc::broker
