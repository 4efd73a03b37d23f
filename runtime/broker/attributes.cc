// Finding the thing whose attributes are to change. By a descriptor, too: a file that is open for
// reading alone is changed by fchmod() and the like, so its name decides. What has no name in the
// sandbox's tree (a pipe, a memfd, a removed file) is the command's own; a file of another tree is
// not. A device's node is the machine's, in every sandbox: a rule that lets a device be written
// says nothing of the node, which root could close to everybody.
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "runtime/broker/perform.h"
#include "runtime/protections/protections.h"

namespace sbxc::broker {

namespace {

using protections::is_on;
using protections::Protection;

bool is_of_another_tree(const Found& found) {
  struct stat info {};
  if (fstat(found.object.get(), &info) != 0) return true;
  return (S_ISREG(info.st_mode) && info.st_nlink > 0) || S_ISDIR(info.st_mode) ||
         S_ISBLK(info.st_mode) || S_ISCHR(info.st_mode);
}

// Terminals apart that the sandbox has of its own.
bool is_node_of_the_machine(const Found& found) {
  struct stat info {};
  struct statfs system {};
  if (fstat(found.object.get(), &info) != 0) return true;
  if (!S_ISBLK(info.st_mode) && !S_ISCHR(info.st_mode)) return false;
  return fstatfs(found.object.get(), &system) != 0 || system.f_type != DEVPTS_SUPER_MAGIC;
}

}  // namespace

Outcome find_changeable(Context& context, const Target& target, const Change& request, Found& out) {
  const Place& place = request.place;
  if (request.by_descriptor) {
    const Outcome rc = context.resolver.of_descriptor(target, place.directory, out);
    if (rc < 0) return rc;
  } else {
    const Last last = request.follow == Follow::yes ? Last::follow : Last::look;
    const Outcome rc = context.resolver.find(target, place.directory, place.path, last, out);
    if (rc < 0) return rc;
    if (!out.exists()) return -ENOENT;
    struct stat info {};
    if (out.slash && (fstat(out.object.get(), &info) != 0 || !S_ISDIR(info.st_mode))) {
      return -ENOTDIR;
    }
  }
  if (out.path.empty()) return is_of_another_tree(out) ? -EACCES : 0;
  if (is_on(Protection::broker_devices) && is_node_of_the_machine(out)) return -EPERM;
  if (context.judge.at(out.path).write || !is_on(Protection::broker_attributes)) return 0;
  return refuse(context, target, Denied::write, out);
}

}  // namespace sbxc::broker
