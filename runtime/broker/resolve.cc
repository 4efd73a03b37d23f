// The walk's state is the directory reached and the text that is left; a link's text is put in
// front of what is left. The reference is the kernel's fs/namei.c; what it does differently in
// corners: `..` behind a name that is not there is ENOENT here as there; a canonical path beyond
// PATH_MAX is ENAMETOOLONG, for it could not be judged.
#include "runtime/broker/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "runtime/broker/kernel_walk.h"

namespace sbxc::broker {

namespace {

constexpr ino_t kProcRoot = 1;  // PROC_ROOT_INO

bool is_proc_root(const Descriptor& directory) {
  struct stat info {};
  return is_on_proc(directory) && fstat(directory.get(), &info) == 0 && info.st_ino == kProcRoot;
}

Outcome text_of(int directory, const char* name, std::string& out) {
  std::array<char, PATH_MAX> buffer;
  const ssize_t size = readlinkat(directory, name, buffer.data(), buffer.size());
  if (size < 0) return -errno;
  if (static_cast<size_t>(size) == buffer.size()) return -ENAMETOOLONG;
  out.assign(buffer.data(), static_cast<size_t>(size));
  return 0;
}

Descriptor copy(const Descriptor& of) { return Descriptor(fcntl(of.get(), F_DUPFD_CLOEXEC, 3)); }

// A link of somebody else's in a directory that everybody writes to: the kernel's
// protected_symlinks.
bool is_planted(const Descriptor& directory, const Descriptor& link) {
  struct stat above {};
  struct stat info {};
  if (fstat(directory.get(), &above) != 0 || fstat(link.get(), &info) != 0) return true;
  const bool shared = (above.st_mode & S_ISVTX) != 0 && (above.st_mode & S_IWOTH) != 0;
  return shared && info.st_uid != geteuid() && info.st_uid != above.st_uid;
}

}  // namespace

struct Resolver::Walk {
  Descriptor at{};     // directory
  std::string rest{};  // text still to walk
  std::string name{};  // of the step
  Last last = Last::follow;
  int links = 0;
  bool done = false;
  // Whether `at` is /proc/PID/fd of the command's own, found through `self`.
  bool in_own = false;
  Found found{};
};

bool is_link(const Descriptor& object) {
  struct stat info {};
  return object.is_open() && fstat(object.get(), &info) == 0 && S_ISLNK(info.st_mode);
}

std::string below(std::string_view directory, std::string_view name) {
  std::string out(directory);
  if (out != "/") out += '/';
  return out.append(name);
}

std::string Resolver::own_path(const Descriptor& descriptor) {
  return "self/fd/" + std::to_string(descriptor.get());
}

Outcome Resolver::path_of(int descriptor, std::string& out) const {
  return text_of(station_.own.get(), std::to_string(descriptor).c_str(), out);
}

Outcome Resolver::verify(const Descriptor& held, const std::string& path) const {
  if (path.empty() || path[0] != '/') return -ENOENT;
  const Descriptor again(open_under(station_.root.get(), path.c_str(), O_PATH | O_NOFOLLOW,
                                    RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS));
  if (!again.is_open()) return -ENOENT;
  constexpr unsigned kMask = STATX_INO | STATX_MNT_ID;
  struct statx first {};
  struct statx second {};
  if (statx(held.get(), "", AT_EMPTY_PATH, kMask, &first) != 0 ||
      statx(again.get(), "", AT_EMPTY_PATH, kMask, &second) != 0) {
    return -ENOENT;
  }
  const bool same = first.stx_ino == second.stx_ino && first.stx_mnt_id == second.stx_mnt_id &&
                    first.stx_dev_major == second.stx_dev_major &&
                    first.stx_dev_minor == second.stx_dev_minor;
  return same ? 0 : -ENOENT;
}

Outcome Resolver::start(const Target& target, int directory, Descriptor& out,
                        std::string& path) const {
  const Outcome rc =
      directory == AT_FDCWD ? target.directory(out) : target.place_of(directory, out);
  if (rc < 0) return rc;
  struct statx info {};
  constexpr unsigned kMask = STATX_TYPE | STATX_NLINK | STATX_INO | STATX_MNT_ID;
  if (statx(out.get(), "", AT_EMPTY_PATH, kMask, &info) != 0) return -errno;
  if (!S_ISDIR(info.stx_mode)) return -ENOTDIR;
  if (const Outcome told = path_of(out.get(), path); told < 0) return told;
  if (last_start_.is(info, path)) return 0;
  if (verify(out, path) != 0) return info.stx_nlink == 0 ? -ENOENT : -EACCES;
  last_start_ = Start(info, path);
  return 0;
}

Resolver::Start::Start(const struct statx& facts, std::string_view its_path)
    : known((facts.stx_mask & STATX_MNT_ID) != 0),
      inode(facts.stx_ino),
      mount(facts.stx_mnt_id),
      device(makedev(facts.stx_dev_major, facts.stx_dev_minor)),
      path(its_path) {}

bool Resolver::Start::is(const struct statx& facts, std::string_view its_path) const {
  return known && (facts.stx_mask & STATX_MNT_ID) != 0 && inode == facts.stx_ino &&
         mount == facts.stx_mnt_id && device == makedev(facts.stx_dev_major, facts.stx_dev_minor) &&
         path == its_path;
}

Outcome Resolver::find(const Target& target, int directory, const std::string& path, Last last,
                       Found& out) const {
  if (path.empty()) return -ENOENT;
  Descriptor held;
  std::string from_path = "/";
  const bool absolute = path[0] == '/';
  if (!absolute) {
    if (const Outcome rc = start(target, directory, held, from_path); rc < 0) return rc;
  }
  const Descriptor& from = absolute ? station_.root : held;
  // A bare name needs no walk to its directory.
  const bool walks = last == Last::plain && path.find('/') != std::string::npos;
  Outcome rc = walks ? plain(from, from_path, path, out) : -EAGAIN;
  if ((last == Last::leave || last == Last::plain) && (rc == -EAGAIN || rc == -ELOOP)) {
    rc = fast(from, from_path, path, rc == -ELOOP ? Links::on_the_way : Links::unknown, out);
  }
  if (rc == -EAGAIN) return slow(target, from, path, last, out);
  if (rc == 0 && !out.directory.is_open()) out.directory = std::move(held);
  return rc;
}

Outcome Resolver::find_from(const Target& target, const Descriptor& directory,
                            const std::string& text, Found& out) const {
  if (text.empty()) return -ENOENT;
  return slow(target, text[0] == '/' ? station_.root : directory, text, Last::follow, out);
}

Outcome Resolver::of_descriptor(const Target& target, int descriptor, Found& out) const {
  const Outcome rc = descriptor == AT_FDCWD ? target.directory(out.object)
                                            : target.place_of(descriptor, out.object);
  if (rc < 0) return rc;
  out.own_descriptor = descriptor;
  std::string path;
  if (path_of(out.object.get(), path) == 0 && verify(out.object, path) == 0) out.path = path;
  return keep_out_of_ourselves(out);
}

Outcome Resolver::slow(const Target& target, const Descriptor& start, const std::string& path,
                       Last last, Found& out) const {
  out = Found{};
  Walk walk;
  walk.at = copy(start);
  walk.rest = path;
  walk.last = last;
  while (!walk.done) {
    if (const Outcome rc = step(target, walk); rc < 0) {
      if (rc == -ENOENT || rc == -EACCES) out.wanted = wanted_by(walk);
      return rc;
    }
  }
  if (const Outcome rc = keep_out_of_ourselves(walk.found); rc < 0) return rc;
  out = std::move(walk.found);
  return 0;
}

// Behind a name that is not there `..` leads nowhere that could be told.
std::string Resolver::wanted_by(const Walk& walk) const {
  std::string path;
  if (path_of(walk.at.get(), path) < 0) return {};
  path = below(path, walk.name);
  for (size_t at = 0; at < walk.rest.size();) {
    const size_t end = std::min(walk.rest.find('/', at), walk.rest.size());
    const std::string_view name = std::string_view(walk.rest).substr(at, end - at);
    if (name == "..") return {};
    if (!name.empty() && name != ".") path = below(path, name);
    at = end + 1;
  }
  return path.size() < PATH_MAX ? path : std::string();
}

// What was found is a directory by itself: `/`, `.`, `..`, or where a link of /proc led.
Outcome Resolver::finish(Walk& walk) const {
  walk.done = true;
  walk.found.name.clear();
  walk.found.slash = false;
  walk.found.object = std::move(walk.at);
  return path_of(walk.found.object.get(), walk.found.path);
}

Outcome Resolver::step(const Target& target, Walk& walk) const {
  const size_t begin = walk.rest.find_first_not_of('/');
  if (begin == std::string::npos) return finish(walk);
  const size_t end = std::min(walk.rest.find('/', begin), walk.rest.size());
  walk.name = walk.rest.substr(begin, end - begin);
  if (walk.name.size() > NAME_MAX) return -ENAMETOOLONG;
  const bool is_last = walk.rest.find_first_not_of('/', end) == std::string::npos;
  const bool slash = is_last && end < walk.rest.size();
  walk.rest.erase(0, end);
  if (walk.name == ".") {
    // Only directories have it.
    struct stat info {};
    if (fstat(walk.at.get(), &info) != 0 || !S_ISDIR(info.st_mode)) return -ENOTDIR;
    return is_last ? finish(walk) : 0;
  }
  Found& found = walk.found;
  const bool ends_here = is_last && walk.name != "..";
  if (ends_here) {
    found.name = walk.name;
    found.slash = slash;
    if (walk.last == Last::leave || walk.last == Last::plain) {
      walk.done = true;
      found.directory = std::move(walk.at);
      if (const Outcome rc = path_of(found.directory.get(), found.path); rc < 0) return rc;
      found.path = below(found.path, found.name);
      return 0;
    }
  }
  Descriptor next(openat(walk.at.get(), walk.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  // In the sandbox's /proc we have no number, and `self` leads nowhere for us.
  if (!next.is_open() && !(errno == ENOENT && ends_here)) return -errno;
  const bool follows = !ends_here || walk.last == Last::follow || slash;
  if (follows && is_link(next)) return follow(target, walk, std::move(next), is_last);
  if (!ends_here) {
    walk.at = std::move(next);
    return is_last ? finish(walk) : 0;
  }
  walk.done = true;
  found.object = std::move(next);
  found.directory = std::move(walk.at);
  if (const Outcome rc = path_of(found.directory.get(), found.path); rc < 0) return rc;
  found.path = below(found.path, found.name);
  return 0;
}

Outcome Resolver::follow(const Target& target, Walk& walk, Descriptor link, bool is_last) const {
  if (++walk.links > kMaxLinks) return -ELOOP;
  if (is_last && is_planted(walk.at, link)) return -EACCES;
  std::string text;
  if (is_on_proc(link)) {
    const bool thread = walk.name == "thread-self";
    if ((thread || walk.name == "self") && is_proc_root(walk.at)) {
      if (const Outcome rc = own_number(target, thread, text); rc < 0) return rc;
      walk.in_own = true;
    } else {
      const Descriptor plain(
          open_under(walk.at.get(), walk.name.c_str(), O_PATH, RESOLVE_NO_MAGICLINKS));
      if (!plain.is_open() && errno == ELOOP) return follow_magic(walk, is_last);
    }
  }
  if (text.empty()) {
    if (const Outcome rc = text_of(link.get(), "", text); rc < 0) return rc;
  }
  if (text.empty()) return -ENOENT;
  if (text[0] == '/') walk.at = copy(station_.root);
  if (text[0] == '/') walk.in_own = false;
  walk.rest = text + walk.rest;
  if (walk.rest.size() > 2 * PATH_MAX) return -ENAMETOOLONG;
  return 0;
}

// What `self` or `thread-self` of a /proc says to the command.
Outcome Resolver::own_number(const Target& target, bool thread, std::string& text) const {
  Target::Status status;
  if (const Outcome rc = target.status(status); rc < 0) return rc;
  text = thread ? status.process + "/task/" + status.thread : status.process;
  return status.process.empty() || status.process == "0" ? -ENOENT : 0;
}

// Where the sandbox sees our process table we are in it, and the kernel would let us into
// ourselves. In another table the number is somebody else's: refused all the same.
Outcome Resolver::keep_out_of_ourselves(const Found& found) const {
  const Descriptor& at = found.directory.is_open() ? found.directory : found.object;
  if (!is_on_proc(at)) return 0;
  static const std::string own = "/" + std::to_string(getpid()) + "/";
  return (found.path + "/").find(own) == std::string::npos ? 0 : -EACCES;
}

// To the thing itself.
Outcome Resolver::follow_magic(Walk& walk, bool is_last) const {
  Descriptor object(openat(walk.at.get(), walk.name.c_str(), O_PATH | O_CLOEXEC));
  if (!object.is_open()) return -errno;
  std::string path;
  const bool named = path_of(object.get(), path) == 0 && verify(object, path) == 0;
  if (!is_last || !walk.rest.empty()) {
    struct stat info {};
    if (fstat(object.get(), &info) != 0 || !S_ISDIR(info.st_mode)) return -ENOTDIR;
    if (!named) return -EACCES;
    walk.at = std::move(object);
    walk.in_own = false;
    return is_last ? finish(walk) : 0;
  }
  walk.done = true;
  Found& found = walk.found;
  found.name.clear();
  found.object = std::move(object);
  if (named) found.path = path;
  std::string where;
  const bool is_number = walk.name.find_first_not_of("0123456789") == std::string::npos;
  if (walk.in_own && is_number && path_of(walk.at.get(), where) == 0 && where.ends_with("/fd")) {
    found.own_descriptor = std::atoi(walk.name.c_str());
  }
  return 0;
}

}  // namespace sbxc::broker
