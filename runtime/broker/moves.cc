// Renaming and hard links: a write at both ends. Of a directory everything below it is written to,
// at both ends: it goes away here and appears there. So
// - a directory that holds something protected stays where it is, and so do all above that;
// - nothing appears under a name that the command could not have made;
// - a socket that may not be connected to gets no name that may;
// - a right to execute is not gained by moving (EXDEV: programs then copy, which is judged).
// The decisions tell for most directories that nothing below could be protected at either end;
// else what is in the directory is looked at, up to a limit (EXDEV beyond it). While we look,
// nobody behind the filter can make or move a name: the broker does one thing at a time.
//
// Not here: what people outside move meanwhile.
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/broker/below.h"
#include "runtime/broker/perform.h"
#include "runtime/broker/symlink_doors.h"
#include "runtime/protections/protections.h"

namespace sbxc::broker {

namespace {

std::string with_slash(const Found& found) { return found.slash ? found.name + "/" : found.name; }

// The errno for a name that has to be written to.
Outcome need_write(Context& context, const Target& target, const Found& found,
                   std::string_view other) {
  if (context.judge.at(found.path).write) return 0;
  if (!protections::is_on(protections::Protection::broker_moves)) return 0;
  return refuse(context, target, Denied::write, found, other);
}

Outcome tell_below(Context& context, const Target& target, const Refusal& refusal,
                   std::string_view other) {
  if (refusal.error != EACCES) return -refusal.error;
  Found found;
  found.path = refusal.path;
  const Outcome rc = refuse(context, target, Denied::write, found, other);
  return rc == -ENOENT ? -EACCES : rc;
}

SocketNames names(const Context& context) {
  return context.sockets ? SocketNames::matter : SocketNames::do_not;
}

// What stands at `from` gets the name `to`.
Outcome may_move(Context& context, const Target& target, const Found& from, const Found& to) {
  struct stat info {};
  if (fstatat(from.directory.get(), from.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
    return -errno;
  }
  Refusal refusal;
  if (const Outcome rc = may_move_below(context.judge, from, to, info, names(context), refusal);
      rc < 0) {
    return tell_below(context, target, refusal, to.path);
  }
  if (!S_ISLNK(info.st_mode)) return 0;
  std::string text;
  if (const Outcome rc = link_text(from.directory.get(), from.name, text); rc < 0) return rc;
  Found moved;
  moved.directory = Descriptor(fcntl(to.directory.get(), F_DUPFD_CLOEXEC, 3));
  moved.path = to.path;
  if (may_lead(context, target, moved, text)) return 0;
  return refuse(context, target, Denied::write, to, from.path);
}

Outcome find_name(Context& context, const Target& target, const Place& place, Found& found) {
  return context.resolver.find(target, place.directory, place.path, Last::leave, found);
}

// A thing without a name in a directory: of a descriptor, or behind a link of /proc.
Outcome link_object(Context& context, const Target& target, const Found& from, const Found& to) {
  struct stat info {};
  if (fstat(from.object.get(), &info) != 0) return -errno;
  if (S_ISDIR(info.st_mode)) return -EPERM;
  // A temporary file that never had a name is the command's own. What lost its names cannot get
  // one again, the kernel sees to that.
  const bool is_temporary = S_ISREG(info.st_mode) && info.st_nlink == 0;
  if (!is_temporary) {
    if (from.path.empty()) return -EXDEV;
    if (const Outcome rc = need_write(context, target, from, to.path); rc < 0) return rc;
    if (!context.judge.at(from.path).holds(context.judge.at(to.path))) return -EXDEV;
    if (S_ISLNK(info.st_mode)) return -EPERM;
    if (gains_socket(context.judge, names(context), info, from.path, to.path)) {
      return refuse(context, target, Denied::socket, to, from.path);
    }
  }
  const int rc = linkat(AT_FDCWD, Resolver::own_path(from.object).c_str(), to.directory.get(),
                        to.name.c_str(), AT_SYMLINK_FOLLOW);
  return rc == 0 ? 0 : -errno;
}

}  // namespace

Outcome rename_name(Context& context, const Target& target, const Move& move) {
  constexpr unsigned kKnown = RENAME_NOREPLACE | RENAME_EXCHANGE;
  if ((move.flags & RENAME_WHITEOUT) != 0) return -EPERM;
  if ((move.flags & ~kKnown) != 0 || move.flags == kKnown) return -EINVAL;
  Found from;
  Found to;
  if (const Outcome rc = find_name(context, target, move.from, from); rc < 0) return rc;
  if (const Outcome rc = find_name(context, target, move.to, to); rc < 0) return rc;
  if (from.name.empty() || to.name.empty()) return -EBUSY;
  struct stat info {};
  if (fstatat(from.directory.get(), from.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0 &&
      errno == ENOENT && context.judge.at(parent_of(from.path)).read) {
    return -ENOENT;
  }
  if (const Outcome rc = need_write(context, target, from, to.path); rc < 0) return rc;
  if (const Outcome rc = need_write(context, target, to, from.path); rc < 0) return rc;
  if (const Outcome rc = may_move(context, target, from, to); rc < 0) return rc;
  if ((move.flags & RENAME_EXCHANGE) != 0) {
    if (const Outcome rc = may_move(context, target, to, from); rc < 0) return rc;
  }
  const long rc = syscall(SYS_renameat2, from.directory.get(), with_slash(from).c_str(),
                          to.directory.get(), with_slash(to).c_str(), move.flags);
  if (rc != 0) return -errno;
  if (S_ISDIR(info.st_mode) || (move.flags & RENAME_EXCHANGE) != 0) {
    context.judge.directory_moved();
  }
  return 0;
}

Outcome link_name(Context& context, const Target& target, const Move& move) {
  const int flags = static_cast<int>(move.flags);
  if ((flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) != 0) return -EINVAL;
  Found from;
  Found to;
  if (move.from.path.empty()) {
    if ((flags & AT_EMPTY_PATH) == 0) return -ENOENT;
    const Outcome rc = context.resolver.of_descriptor(target, move.from.directory, from);
    if (rc < 0) return rc;
  } else {
    const Last last = (flags & AT_SYMLINK_FOLLOW) != 0 ? Last::follow : Last::look;
    const Outcome rc =
        context.resolver.find(target, move.from.directory, move.from.path, last, from);
    if (rc < 0) return rc;
    if (!from.exists()) return -ENOENT;
    if (from.slash) return -ENOTDIR;
  }
  if (const Outcome rc = find_name(context, target, move.to, to); rc < 0) return rc;
  if (to.name.empty()) return -EEXIST;
  if (to.slash) return -ENOENT;
  if (const Outcome rc = need_write(context, target, to, from.path); rc < 0) return rc;
  if (from.name.empty()) return link_object(context, target, from, to);
  if (const Outcome rc = need_write(context, target, from, to.path); rc < 0) return rc;
  struct stat info {};
  if (fstat(from.object.get(), &info) != 0) return -errno;
  if (S_ISDIR(info.st_mode)) return -EPERM;
  if (const Outcome rc = may_move(context, target, from, to); rc < 0) return rc;
  const int rc =
      linkat(from.directory.get(), from.name.c_str(), to.directory.get(), to.name.c_str(), 0);
  return rc == 0 ? 0 : -errno;
}

}  // namespace sbxc::broker
