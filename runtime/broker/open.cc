// Opening. The usual way is one look-up and one open, with no link followed, after the judge has
// agreed to the name: what stands there is opened under that name or, if it is a link, not at all.
// Then the long way follows the link. To read, the look-up is of the thing and the open is of the
// very path that was judged; otherwise they are of the directory, and of the last name in it.
//
// Opens never wait: all are made with O_NONBLOCK, which is taken off again. A FIFO whose other end
// is missing, and a file with a lease on it, go to a waiting process.
//
// /dev/tty means the terminal of who opens it, and that is the command: it is found among the
// command's descriptors; the broker itself has none, so its own attempt fails. A terminal
// opened through the broker never becomes a controlling one. Checks that the kernel makes for the
// opener of a link or a file in a sticky directory (protected_symlinks, protected_regular,
// protected_fifos) are made here whatever the machine's settings.
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <utility>

#include "runtime/broker/below.h"
#include "runtime/broker/kernel_walk.h"
#include "runtime/broker/perform.h"
#include "runtime/protections/protections.h"

namespace sbxc::broker {

namespace {

using protections::is_on;
using protections::Protection;

constexpr int kAlways = O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
constexpr int kTmpfileBit = O_TMPFILE & ~O_DIRECTORY;
// What openat() looks at; it ignores the rest.
constexpr int kMeaningful = O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_NONBLOCK |
                            O_DSYNC | O_SYNC | O_DIRECT | O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW |
                            O_NOATIME | O_CLOEXEC | kTmpfileBit;
constexpr int kMaxTries = 8;
const dev_t kTerminal = makedev(5, 0);

struct Opening {
  Context& context;
  const Target& target;
  int flags;
  mode_t mode;

  bool creates() const { return (flags & O_CREAT) != 0; }
  bool exclusive() const { return creates() && (flags & O_EXCL) != 0; }
  bool writes() const { return (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0; }
  bool allowed(const Rights& rights) const {
    const bool reads = (flags & O_ACCMODE) != O_WRONLY;
    return (!writes() || rights.write || !is_on(Protection::broker_writes)) &&
           (!reads || rights.read || !is_on(Protection::broker_reads));
  }
  Denied operation() const { return writes() || creates() ? Denied::write : Denied::read; }
};

// Not there; told if it would not have been opened either. `error` is the answer.
Outcome missed(const Opening& opening, std::string_view path, Unseen unseen, Outcome error) {
  if (path.empty()) return error;
  const Rights rights = opening.context.judge.at(path);
  if (opening.allowed(rights)) return error;
  const Denied operation =
      !rights.write && opening.operation() == Denied::write ? Denied::write : Denied::read;
  tell_miss(opening.context, opening.target, {operation, unseen, static_cast<int>(-error), path});
  return error;
}

Outcome hand_over(const Opening& opening, Descriptor file) {
  if ((opening.flags & O_NONBLOCK) == 0) {
    const int status = opening.flags & (O_APPEND | O_DIRECT | O_NOATIME);
    if (fcntl(file.get(), F_SETFL, status) != 0) return -errno;
  }
  return give(opening.context.listener, opening.target.id(), std::move(file), opening.flags);
}

// In a process of its own: waits as long as it takes. Opens the very thing that was judged.
Outcome open_waiting(const Opening& opening, const Descriptor& object) {
  const int flags = (opening.flags & ~(O_CREAT | O_EXCL | O_NOFOLLOW)) | O_NOCTTY | O_CLOEXEC;
  const int listener = opening.context.listener;
  const uint64_t id = opening.target.id();
  const auto work = [&] {
    Descriptor file(open(Resolver::own_path(object).c_str(), flags));
    const Outcome rc = file.is_open() ? give(listener, id, std::move(file), flags) : -errno;
    if (rc != kAnswered) answer(listener, id, rc);
  };
  const Outcome rc = opening.context.waiting.start(id, work);
  return rc < 0 ? rc : kAnswered;
}

Outcome open_terminal(const Opening& opening) {
  dev_t terminal = 0;
  if (const Outcome rc = opening.target.terminal(terminal); rc < 0) return rc;
  if (terminal == 0) return -ENXIO;
  for (const int number : {0, 1, 2, 3, 4, 5, 10, 255}) {  // where shells and others keep it
    Descriptor place;
    struct stat info {};
    if (opening.target.place_of(number, place) < 0) continue;
    if (fstat(place.get(), &info) != 0 || !S_ISCHR(info.st_mode)) continue;
    if (info.st_rdev != terminal) continue;
    const int flags = (opening.flags & ~(O_CREAT | O_EXCL | O_NOFOLLOW)) | kAlways;
    Descriptor file(open(Resolver::own_path(place).c_str(), flags));
    if (!file.is_open()) return -errno;
    return hand_over(opening, std::move(file));
  }
  return -ENXIO;
}

Outcome open_special(const Opening& opening, int directory, const std::string& name,
                     Outcome error) {
  constexpr int kLook = O_PATH | O_NOFOLLOW;
  const Descriptor object(open_under(directory, name.c_str(), kLook, RESOLVE_NO_SYMLINKS));
  struct stat info {};
  if (!object.is_open() || fstat(object.get(), &info) != 0) return error;
  if (S_ISCHR(info.st_mode) && info.st_rdev == kTerminal) return open_terminal(opening);
  const bool could_wait = S_ISFIFO(info.st_mode) ? error == -ENXIO : error == -EWOULDBLOCK;
  if (!could_wait || (opening.flags & O_NONBLOCK) != 0) return error;
  if (!S_ISFIFO(info.st_mode) && !S_ISREG(info.st_mode)) return error;
  return open_waiting(opening, object);
}

// `name` in `directory`, or the way to it, as it stands there; O_CREAT and O_EXCL are taken from
// `flags` alone.
Outcome open_name(const Opening& opening, int directory, const std::string& name, int flags) {
  // Not O_NOFOLLOW, which the command would see in the flags of its descriptor.
  struct open_how how {};
  how.flags = static_cast<uint64_t>(flags | kAlways);
  how.mode = (flags & O_CREAT) != 0 ? opening.mode : 0;
  how.resolve = is_on(Protection::broker_one_look) ? RESOLVE_NO_SYMLINKS : 0;
  Descriptor file(
      static_cast<int>(syscall(SYS_openat2, directory, name.c_str(), &how, sizeof how)));
  if (!file.is_open()) {
    const Outcome error = -errno;
    if (error != -ENXIO && error != -EWOULDBLOCK) return error;
    return open_special(opening, directory, name, error);
  }
  return hand_over(opening, std::move(file));
}

Outcome create(const Opening& opening, const Found& found) {
  mode_t mask = 0;
  if (const Outcome rc = umask_of(opening.target, mask); rc < 0) return rc;
  const Masked masked(mask);
  return open_name(opening, found.directory.get(), found.name, opening.flags | O_CREAT | O_EXCL);
}

// Existing or to be made, under a name that the judge agreed to.
Outcome open_or_create(const Opening& opening, const Found& found) {
  const int directory = found.directory.get();
  if (opening.exclusive()) return create(opening, found);
  for (int tries = 0; tries < kMaxTries; ++tries) {
    const Outcome rc =
        open_name(opening, directory, found.name, opening.flags & ~(O_CREAT | O_EXCL));
    if (rc != -ENOENT || !opening.creates()) return rc;
    if (const Outcome made = create(opening, found); made != -EEXIST) return made;
  }
  return -EEXIST;
}

bool is_shared(const struct stat& directory) {
  return (directory.st_mode & S_ISVTX) != 0 && (directory.st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

bool is_sticky(const Descriptor& directory, struct stat& info) {
  return fstat(directory.get(), &info) == 0 && is_shared(info);
}

// A file or FIFO of somebody else's in a sticky directory is not opened by who meant to create it.
bool is_planted(const Opening& opening, const Found& found) {
  struct stat directory {};
  struct stat object {};
  if (!opening.creates() || !is_sticky(found.directory, directory)) return false;
  if (fstat(found.object.get(), &object) != 0) return true;
  if (!S_ISREG(object.st_mode) && !S_ISFIFO(object.st_mode)) return false;
  return object.st_uid != geteuid() && object.st_uid != directory.st_uid;
}

// Nothing in the sandbox's tree bears it: a pipe, a memfd, a removed file, a terminal of outside.
// The command may open it again as far as its own descriptor goes.
Outcome open_nameless(const Opening& opening, const Found& found) {
  Descriptor held;
  if (found.own_descriptor < 0) return -EACCES;
  if (const Outcome rc = opening.target.file_of(found.own_descriptor, held); rc < 0) return rc;
  struct stat object {};
  struct stat info {};
  if (fstat(held.get(), &info) != 0 || fstat(found.object.get(), &object) != 0) return -errno;
  const bool same = info.st_dev == object.st_dev && info.st_ino == object.st_ino;
  if (!same || S_ISDIR(info.st_mode) || (S_ISREG(info.st_mode) && info.st_nlink > 0)) {
    return -EACCES;
  }
  const int has = fcntl(held.get(), F_GETFL);
  const int access = has & O_ACCMODE;
  if (has < 0 || (has & O_PATH) != 0) return -EACCES;
  if (access != O_RDWR && (access != (opening.flags & O_ACCMODE) || access == O_ACCMODE)) {
    return -EACCES;
  }
  if (access == O_RDONLY && opening.writes()) return -EACCES;
  if ((has & O_APPEND) != 0 && (opening.flags & (O_APPEND | O_TRUNC)) != O_APPEND) return -EACCES;
  const int flags = (opening.flags & ~(O_CREAT | O_EXCL | O_NOFOLLOW)) | kAlways;
  Descriptor file(open(Resolver::own_path(held).c_str(), flags));
  if (!file.is_open()) return -errno;
  return hand_over(opening, std::move(file));
}

// A directory or a thing behind a link of /proc: known by itself, without a name in a directory.
Outcome open_object(const Opening& opening, const Found& found) {
  struct stat info {};
  if (fstat(found.object.get(), &info) != 0) return -errno;
  if (S_ISLNK(info.st_mode)) return -ELOOP;
  if (S_ISDIR(info.st_mode) && (opening.creates() || opening.writes())) return -EISDIR;
  if (found.path.empty()) return open_nameless(opening, found);
  if (!opening.allowed(opening.context.judge.at(found.path))) {
    return refuse(opening.context, opening.target, opening.operation(), found);
  }
  if (S_ISCHR(info.st_mode) && info.st_rdev == kTerminal) return open_terminal(opening);
  const std::string path = Resolver::own_path(found.object);
  const int flags = opening.flags & ~(O_CREAT | O_EXCL | O_NOFOLLOW);
  if (S_ISFIFO(info.st_mode) && (flags & O_NONBLOCK) == 0 && (flags & O_ACCMODE) != O_RDWR) {
    return open_waiting(opening, found.object);
  }
  Descriptor file(open(path.c_str(), flags | kAlways));
  if (!file.is_open()) return -errno;
  return hand_over(opening, std::move(file));
}

// What was found, links followed as far as they are to be.
Outcome open_found(const Opening& opening, const Found& found) {
  Judge& judge = opening.context.judge;
  if (!found.exists()) {
    if (!opening.creates()) return missed(opening, found.path, Unseen::thing, -ENOENT);
    if (found.slash) return -EISDIR;
    if (!judge.at(found.path).write && is_on(Protection::broker_new_names)) {
      return refuse(opening.context, opening.target, Denied::write, found);
    }
    return open_or_create(opening, found);
  }
  if (opening.exclusive()) return -EEXIST;
  if (opening.creates() && found.slash) return -EISDIR;
  if (found.name.empty()) return open_object(opening, found);
  struct stat info {};
  if (fstat(found.object.get(), &info) != 0) return -errno;
  if (S_ISLNK(info.st_mode)) return (opening.flags & O_DIRECTORY) != 0 ? -ENOTDIR : -ELOOP;
  if (S_ISDIR(info.st_mode) && (opening.creates() || opening.writes())) return -EISDIR;
  if (!S_ISDIR(info.st_mode) && found.slash) return -ENOTDIR;
  if (!opening.allowed(judge.at(found.path))) {
    return refuse(opening.context, opening.target, opening.operation(), found);
  }
  if (is_planted(opening, found)) return -EACCES;
  const bool reads_fifo = S_ISFIFO(info.st_mode) && (opening.flags & O_ACCMODE) == O_RDONLY;
  if (reads_fifo && (opening.flags & O_NONBLOCK) == 0) {
    return open_waiting(opening, found.object);
  }
  return open_or_create(opening, found);
}

// Most links to libraries lead to a name beside them: that stands in the same directory. A link
// that could have been planted, in a directory that everybody writes to, goes the long way.
bool step_aside(const Opening& opening, Found& found) {
  struct stat directory {};
  std::string text;
  if ((opening.flags & O_NOFOLLOW) != 0 || found.slash || found.name.empty()) return false;
  if (fstat(found.directory.get(), &directory) != 0 || is_shared(directory)) return false;
  if (link_text(found.directory.get(), found.name, text) < 0) return false;
  if (text.empty() || text == "." || text == ".." || text.find('/') != std::string::npos) {
    return false;
  }
  found.path = below(parent_of(found.path), text);
  found.name = std::move(text);
  return true;
}

// The type of what is there, links to names beside it followed, or an errno.
Outcome type_of(const Opening& opening, Found& found) {
  if (found.type != 0) return found.type;
  struct stat info {};
  for (int links = 0; links <= kMaxLinks; ++links) {
    const int directory = found.directory.get();
    if (fstatat(directory, found.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return -errno;
    if (!S_ISLNK(info.st_mode) || !step_aside(opening, found)) return info.st_mode & S_IFMT;
  }
  return -ELOOP;
}

// A file or a directory to read. FIFOs are looked at before they are opened, for that alone wakes a
// writer; they, terminals and other links go the long way.
Outcome read_directly(const Opening& opening, Found& found) {
  const Outcome type = type_of(opening, found);
  if (type == -ENOENT) return missed(opening, found.path, Unseen::thing, -ENOENT);
  if (type != S_IFREG && type != S_IFDIR) return -ELOOP;
  if (!opening.allowed(opening.context.judge.at(found.path))) {
    return refuse(opening.context, opening.target, opening.operation(), found);
  }
  return open_name(opening, found.directory.get(), found.name, opening.flags);
}

// The usual case, or -ELOOP: take the long way.
Outcome open_directly(const Opening& opening, const Place& place) {
  const bool reads = !opening.writes() && !opening.creates();
  Found found;
  if (const Outcome rc = opening.context.resolver.find(opening.target, place.directory, place.path,
                                                       reads ? Last::plain : Last::leave, found);
      rc < 0) {
    const bool plainly = rc == -ENOENT && reads && !found.path.empty();
    return plainly && opening.allowed(opening.context.judge.at(found.path)) ? -ENOENT : -ELOOP;
  }
  if (reads && found.type != 0) return read_directly(opening, found);
  if (!found.directory.is_open() || found.slash) return -ELOOP;
  if (reads) return read_directly(opening, found);
  if (!opening.writes()) return -ELOOP;
  struct stat directory {};
  if (is_sticky(found.directory, directory)) return -ELOOP;
  if (!opening.context.judge.at(found.path).write) return -ELOOP;
  return open_or_create(opening, found);
}

Outcome open_temporary(const Opening& opening, const Place& place) {
  if ((opening.flags & O_DIRECTORY) == 0 || (opening.flags & O_ACCMODE) == O_RDONLY ||
      (opening.flags & O_CREAT) != 0) {
    return -EINVAL;
  }
  Found found;
  const Last last = (opening.flags & O_NOFOLLOW) != 0 ? Last::look : Last::follow;
  if (const Outcome rc =
          opening.context.resolver.find(opening.target, place.directory, place.path, last, found);
      rc < 0) {
    return rc;
  }
  if (!found.exists()) return -ENOENT;
  if (is_link(found.object)) return -ENOTDIR;
  if (found.path.empty() || !opening.context.judge.at(found.path).write) {
    return refuse(opening.context, opening.target, Denied::write, found);
  }
  mode_t mask = 0;
  if (const Outcome rc = umask_of(opening.target, mask); rc < 0) return rc;
  const Masked masked(mask);
  const int flags = (opening.flags & ~O_NOFOLLOW) | kAlways;
  Descriptor file(open(Resolver::own_path(found.object).c_str(), flags, opening.mode));
  if (!file.is_open()) return -errno;
  return hand_over(opening, std::move(file));
}

}  // namespace

Outcome open_file(Context& context, const Target& target, const OpenRequest& request) {
  const Opening opening{context, target, request.flags & kMeaningful, request.mode & 07777};
  if ((opening.flags & kTmpfileBit) != 0) return open_temporary(opening, request.place);
  if (opening.creates() && (opening.flags & O_DIRECTORY) != 0) return -EINVAL;
  if (const Outcome rc = open_directly(opening, request.place); rc != -ELOOP) return rc;
  const bool looks = (opening.flags & O_NOFOLLOW) != 0 || opening.exclusive();
  Found found;
  if (const Outcome rc = context.resolver.find(target, request.place.directory, request.place.path,
                                               looks ? Last::look : Last::follow, found);
      rc < 0) {
    const Unseen unseen = opening.creates() ? Unseen::directory : Unseen::thing;
    return missed(opening, found.wanted, unseen, rc);
  }
  return open_found(opening, found);
}

}  // namespace sbxc::broker
