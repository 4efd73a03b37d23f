// The broker: performs, on behalf of a command, the calls that notify_filter() hands over, if the
// judge agrees. Everything that comes from the command is hostile.
//
// For each call the arguments are copied once; the path is resolved by the broker relative to the
// command's directory, in the command's mount namespace, with the command's rights; the canonical
// path decides; and the operation is performed on the very descriptors that were resolved. The
// command's own call never runs: nothing is ever told to continue, so nothing can be changed
// between check and use. When the broker dies, the kernel answers ENOSYS to every call.
//
// For whoever starts it:
// - Fork it from a single-threaded process, call serve() and exit with its result. Descriptors from
//   3 on that are not in ServeOptions are closed.
// - `inside` is a process in the sandbox's namespaces that does not run the command's code (its
//   init), alive until serve() has sent its byte to `ready`. The filtered processes may run before
//   that; their calls wait.
// - The command's user is the caller's, it has no capabilities and no way to other users
//   (no_new_privs), and the mounts do not change as it runs.
// - Install the filter with install_notify_filter(): calls begun are then interrupted by deadly
//   signals alone.
// - Two sandboxes that write to one tree are outsiders to each other: what one moves while the
//   other's broker works may move what that one has just judged.
// What differs from an unfiltered call: SIGXFSZ is not sent by truncate(); EMFILE is noticed after
// a file was made or cut; a peer sees the broker's process number in SO_PEERCRED; canonical paths
// beyond PATH_MAX are ENAMETOOLONG; a terminal does not become the controlling one by open();
// processes in another process namespace that the command makes cannot use `/proc/self`.
#pragma once

#include <sys/types.h>

#include "runtime/broker/judge.h"

namespace sbxc::broker {

struct ServeOptions {
  int listener = -1;
  pid_t inside = 0;
  int reports_fd = -1;   // a pipe's end for runtime/broker/report.h; -1: none
  int stop_fd = -1;      // serve() ends when this is readable or its other end is closed; -1: none
  int ready_fd = -1;     // gets one byte when the broker stands; -1: none
  bool sockets = false;  // as in NotifyOptions
  // Names are denied, so nothing is allowed where they have other spellings (spelled_judge.h).
  bool denies_names = true;
};

enum class Ended : int {
  command_gone = 0,  // no filtered process is left
  told_to = 1,
  not_started = 2,  // the namespaces could not be joined; said on standard error
  failed = 3,
};

// Stays until the end. Not for a process that has something else to do.
Ended serve(const ServeOptions& options, Judge& judge);

}  // namespace sbxc::broker
