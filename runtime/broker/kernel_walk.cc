// The short ways of the resolver: the kernel walks, with no link or at least none of /proc, and
// says where it came to. What they cannot tell for sure they leave to the walk of resolve.cc.
#include "runtime/broker/kernel_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "runtime/broker/resolve.h"
#include "runtime/broker/symlink_doors.h"

namespace sbxc::broker {

int open_under(int directory, const char* path, int flags, uint64_t resolve) {
  struct open_how how {};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.resolve = resolve;
  return static_cast<int>(syscall(SYS_openat2, directory, path, &how, sizeof how));
}

bool is_on_proc(const Descriptor& object) {
  struct statfs where {};
  return fstatfs(object.get(), &where) == 0 && where.f_type == PROC_SUPER_MAGIC;
}

// Asks about each file system once; its number lasts as long as its mount, and mounts do not go.
bool Resolver::may_be_proc(const Descriptor& object, dev_t device) const {
  if (std::find(not_proc_.begin(), not_proc_.end(), device) != not_proc_.end()) return false;
  if (is_on_proc(object)) return true;
  not_proc_[oldest_++ % not_proc_.size()] = device;
  return false;
}

// The kernel's walk to what is there, or that nothing is: compilers ask for most headers where they
// are not, and below directories that are not there. Both are so for the command, too: no link led
// there, least of all into /proc, where `self` leads nowhere for us alone. -ELOOP: a link is on the
// way to its directory; -EAGAIN: another way. The letters are the canonical path because the kernel
// says the same of what was found; it need not where a directory takes names in other spellings.
Outcome Resolver::plain(const Descriptor& start, const std::string& start_path,
                        const std::string& path, Found& out) const {
  Descriptor object(
      open_under(start.get(), path.c_str(), O_PATH | O_NOFOLLOW, RESOLVE_NO_SYMLINKS));
  if (!object.is_open() && errno != ENOENT) return errno == ELOOP ? -ELOOP : -EAGAIN;
  std::string letters = lexically(start_path, path);
  if (!object.is_open()) {
    out.path = std::move(letters);
    return -ENOENT;
  }
  struct stat info {};
  if (fstat(object.get(), &info) != 0 || S_ISLNK(info.st_mode)) return -EAGAIN;
  if (may_be_proc(object, info.st_dev)) return -EAGAIN;
  std::string told;
  if (path_of(object.get(), told) < 0 || told != letters) return -EAGAIN;
  out.type = info.st_mode & S_IFMT;
  out.object = std::move(object);
  out.path = std::move(letters);
  out.name = path;
  return 0;
}

// The kernel's walk to the directory, or -EAGAIN. Nothing here looks at the last name. No
// directory: it is the start.
Outcome Resolver::fast(const Descriptor& start, const std::string& start_path,
                       const std::string& path, Links links, Found& out) const {
  const size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty() || name == "." || name == "..") return -EAGAIN;
  Descriptor directory;
  std::string canonical = start_path;
  if (slash != std::string::npos) {
    const std::string parent = slash == 0 ? "/" : path.substr(0, slash);
    constexpr int kPlace = O_PATH | O_DIRECTORY;
    errno = ELOOP;
    if (links == Links::unknown) {
      directory = Descriptor(open_under(start.get(), parent.c_str(), kPlace, RESOLVE_NO_SYMLINKS));
    }
    if (!directory.is_open() && errno == ENOENT) {
      out.path = lexically(start_path, path);  // as above
      return -ENOENT;
    }
    if (!directory.is_open() && errno == ELOOP) {
      directory =
          Descriptor(open_under(start.get(), parent.c_str(), kPlace, RESOLVE_NO_MAGICLINKS));
    }
    if (!directory.is_open() || path_of(directory.get(), canonical) < 0) return -EAGAIN;
  }
  const Descriptor& at = directory.is_open() ? directory : start;
  struct stat info {};
  if (fstat(at.get(), &info) != 0 || may_be_proc(at, info.st_dev)) return -EAGAIN;
  out.directory = std::move(directory);
  out.path = below(canonical, name);
  out.name = name;
  return 0;
}

}  // namespace sbxc::broker
