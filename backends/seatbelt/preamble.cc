// No file, host, socket path or service is opened here: those are the policy's. Names of operations
// that some release may not know are guarded, for one unknown name refuses the whole profile.
#include "backends/seatbelt/preamble.h"

namespace sbxc::seatbelt {

std::string_view preamble() {
  return R"((version 1)
(deny default)

;; These have a verdict of their own that (deny default) does not reach.
(deny process-info* nvram* iokit-get-properties)
(if (defined? 'file-link) (deny file-link))
(if (defined? 'file-clone) (deny file-clone))
(if (defined? 'mach-cross-domain-lookup) (deny mach-cross-domain-lookup))
(if (defined? 'darwin-notification-post) (deny darwin-notification-post))
; Left open: file-map-executable (mapping code takes an open file, which file-read* decides: `exec` is
; no barrier to loading), dynamic-code-generation (compilers at run time: node, java, luajit),
; syscall-unix (what a call may touch is decided below), socket-ioctl and system-privilege (the
; kernel asks for root).
; Stays denied: file-write-setugid and job-creation deny by themselves; lsopen and appleevent-send,
; which start programs outside, are under the default.

;; What any program needs and no statement can say.
(allow process-fork)
(allow signal process-info* (target same-sandbox))
(allow mach-task-name (target same-sandbox))
; Sizes and versions of the machine; not the arguments and environment of other programs.
(allow sysctl-read)
(deny sysctl-read (sysctl-name "kern.proc.all") (sysctl-name-prefix "kern.procargs"))
; Terminals: opening one is up to the policy's paths, asking one for its size or mode is not.
(allow pseudo-tty)
(allow file-ioctl (literal "/dev/tty") (literal "/dev/ptmx") (regex #"^/dev/ttys[0-9]+$"))
; Pairs of connected sockets between a program and its children. Paths decide who is connected to.
(allow system-socket (socket-domain AF_UNIX))
; Locks of language runtimes, which carry no data; and the page that says a notification came.
(allow ipc-posix-sem*)
(allow ipc-posix-shm-read-data (ipc-posix-name "apple.shm.notification_center"))
)";
}

}  // namespace sbxc::seatbelt
