// Names that are made and removed. Each is a write to the name itself. That something already
// bears the name is told first (EEXIST), as the kernel does and `mkdir -p` needs: stat() tells it
// as well.
//
// A symbolic link is also a door: if /w/.git is a link, what lies behind it is reached under the
// protected name /w/.git/hooks, for everybody who comes later. So a name below which something is
// protected that would not be below another name in that directory cannot be a link to where that
// something could be written (may_lead). Other names may link anywhere: the command's own way
// through a link is judged by where it ends.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/broker/perform.h"
#include "runtime/broker/symlink_doors.h"
#include "runtime/protections/protections.h"

namespace sbxc::broker {

namespace {

using protections::is_on;
using protections::Protection;

// The directory and the name to make there; ready to be made, or the errno.
Outcome find_new(Context& context, const Target& target, const Place& place, Found& found) {
  const Outcome rc = context.resolver.find(target, place.directory, place.path, Last::leave, found);
  if (rc < 0) return rc;
  if (found.name.empty()) return -EEXIST;
  if (context.judge.at(found.path).write || !is_on(Protection::broker_new_names)) return 0;
  struct stat info {};
  const bool exists =
      fstatat(found.directory.get(), found.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
  if (exists) return -EEXIST;
  return refuse(context, target, Denied::write, found);
}

bool ends_in_parent(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path == ".." || path.ends_with("/..");
}

// Of a directory that is meant by `/`, `.` or `..`.
Outcome no_removal(const Place& place, const Found& found, int flags) {
  if (flags == 0) return -EISDIR;
  if (ends_in_parent(place.path)) return -ENOTEMPTY;
  return found.path == "/" ? -EBUSY : -EINVAL;
}

std::string with_slash(const Found& found) { return found.slash ? found.name + "/" : found.name; }

}  // namespace

Outcome make_directory(Context& context, const Target& target, const Place& place, mode_t mode) {
  Found found;
  if (const Outcome rc = find_new(context, target, place, found); rc < 0) return rc;
  // `mkdir -p` asks for each directory above; a look costs less than to ask for the umask.
  struct stat info {};
  const int there = fstatat(found.directory.get(), found.name.c_str(), &info, AT_SYMLINK_NOFOLLOW);
  if (there == 0) return -EEXIST;
  mode_t mask = 0;
  if (const Outcome rc = umask_of(target, mask); rc < 0) return rc;
  const Masked masked(mask);
  return mkdirat(found.directory.get(), found.name.c_str(), mode) == 0 ? 0 : -errno;
}

Outcome make_node(Context& context, const Target& target, const Place& place, const Node& node) {
  Found found;
  if (const Outcome rc = find_new(context, target, place, found); rc < 0) return rc;
  if (found.slash) return -ENOENT;
  mode_t mask = 0;
  if (const Outcome rc = umask_of(target, mask); rc < 0) return rc;
  const Masked masked(mask);
  const int rc = mknodat(found.directory.get(), found.name.c_str(), node.mode, node.device);
  return rc == 0 ? 0 : -errno;
}

Outcome make_symlink(Context& context, const Target& target, const Place& place,
                     const std::string& text) {
  if (text.empty()) return -ENOENT;
  Found found;
  if (const Outcome rc = find_new(context, target, place, found); rc < 0) return rc;
  if (found.slash) return -ENOENT;
  if (!may_lead(context, target, found, text)) {
    return refuse(context, target, Denied::write, found, text);
  }
  const int rc = symlinkat(text.c_str(), found.directory.get(), found.name.c_str());
  return rc == 0 ? 0 : -errno;
}

Outcome remove_name(Context& context, const Target& target, const Place& place, int flags) {
  if ((flags & ~AT_REMOVEDIR) != 0) return -EINVAL;
  Found found;
  const Outcome rc = context.resolver.find(target, place.directory, place.path, Last::leave, found);
  if (rc < 0) return rc;
  if (found.name.empty()) return no_removal(place, found, flags);
  if (!context.judge.at(found.path).write && is_on(Protection::broker_removals)) {
    struct stat info {};
    const int there =
        fstatat(found.directory.get(), found.name.c_str(), &info, AT_SYMLINK_NOFOLLOW);
    if (there != 0 && errno == ENOENT && context.judge.at(parent_of(found.path)).read) {
      return -ENOENT;
    }
    return refuse(context, target, Denied::write, found);
  }
  return unlinkat(found.directory.get(), with_slash(found).c_str(), flags) == 0 ? 0 : -errno;
}

}  // namespace sbxc::broker
