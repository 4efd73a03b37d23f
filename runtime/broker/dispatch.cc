// Arguments are read in the order of the call's parameters, each once.
#include "runtime/broker/dispatch.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include <array>
#include <vector>

#include "runtime/broker/calls.h"
#include "runtime/protections/protections.h"

namespace sbxc::broker {

namespace {

constexpr uint64_t kMaxAttribute = 65536;  // XATTR_SIZE_MAX

// `path` of the command as the argument `index`, from `directory`.
Outcome take(const Target& target, int directory, int index, Place& place) {
  place.directory = directory;
  return target.text(target.argument(index), place.path);
}

mode_t mode_argument(const Target& target, int index) {
  return static_cast<mode_t>(target.argument(index)) & 07777;
}

// A file that runs with the rights of whoever owns it, for everybody who reaches it: no writing of
// a file, but a right that is handed out, to work outside after the run. Refused loudly and not
// left out, as systemd's RestrictSUIDSGID= does (systemd.exec(5)).
bool gives_rights(mode_t mode) {
  return (mode & (S_ISUID | S_ISGID)) != 0 &&
         protections::is_on(protections::Protection::broker_set_id);
}

Outcome open_call(Context& context, const Target& target, int directory, int path) {
  OpenRequest request;
  if (const Outcome rc = take(target, directory, path, request.place); rc < 0) return rc;
  const bool creat = path == 0 && call_of(target.call())->call == Call::creat_;
  request.flags = creat ? O_CREAT | O_WRONLY | O_TRUNC : target.int_argument(path + 1);
  request.mode = mode_argument(target, creat ? 1 : path + 2);
  const bool makes = (request.flags & O_CREAT) != 0 || (request.flags & O_TMPFILE) == O_TMPFILE;
  if (makes && gives_rights(request.mode)) return -EPERM;
  return open_file(context, target, request);
}

Outcome mkdir_call(Context& context, const Target& target, int directory, int path) {
  Place place;
  if (const Outcome rc = take(target, directory, path, place); rc < 0) return rc;
  return make_directory(context, target, place, mode_argument(target, path + 1));
}

// The kernel's 32-bit packing of device numbers is that of the C library's for small ones.
Outcome mknod_call(Context& context, const Target& target, int directory, int path) {
  Place place;
  if (const Outcome rc = take(target, directory, path, place); rc < 0) return rc;
  Node node{static_cast<mode_t>(target.argument(path + 1)),
            static_cast<dev_t>(static_cast<uint32_t>(target.argument(path + 2)))};
  if (gives_rights(node.mode)) return -EPERM;
  return make_node(context, target, place, node);
}

Outcome symlink_call(Context& context, const Target& target, int directory, int path) {
  std::string text;
  if (const Outcome rc = target.text(target.argument(0), text); rc < 0) return rc;
  Place place;
  if (const Outcome rc = take(target, directory, path, place); rc < 0) return rc;
  return make_symlink(context, target, place, text);
}

Outcome remove_call(Context& context, const Target& target, Place place, int path, int flags) {
  if (const Outcome rc = take(target, place.directory, path, place); rc < 0) return rc;
  return remove_name(context, target, place, flags);
}

using TwoNames = Outcome (*)(Context&, const Target&, const Move&);

// old and new path alone, or each behind its directory.
Outcome two_names(Context& context, const Target& target, TwoNames operation, bool with_directory,
                  unsigned flags) {
  Move move;
  move.flags = flags;
  const int step = with_directory ? 2 : 1;
  const int from = with_directory ? target.int_argument(0) : AT_FDCWD;
  const int to = with_directory ? target.int_argument(2) : AT_FDCWD;
  if (const Outcome rc = take(target, from, step - 1, move.from); rc < 0) return rc;
  if (const Outcome rc = take(target, to, 2 * step - 1, move.to); rc < 0) return rc;
  return operation(context, target, move);
}

// Of a call with AT_ flags. A path that is not there (NULL) means the descriptor where `null` says.
Outcome changed_thing(const Target& target, int path, int flags, bool null, Change& change) {
  const int directory = target.int_argument(0);
  change.place.directory = directory;
  change.follow = (flags & AT_SYMLINK_NOFOLLOW) != 0 ? Follow::no : Follow::yes;
  if (target.argument(path) == 0 && (null || (flags & AT_EMPTY_PATH) != 0)) {
    change.by_descriptor = true;
    return 0;
  }
  if (const Outcome rc = take(target, directory, path, change.place); rc < 0) return rc;
  change.by_descriptor = change.place.path.empty() && (flags & AT_EMPTY_PATH) != 0;
  return 0;
}

Change named(Follow follow) { return {{AT_FDCWD, {}}, follow, false}; }
Change held(const Target& target) { return {{target.int_argument(0), {}}, Follow::yes, true}; }

Outcome chmod_with(Context& context, const Target& target, const Change& request, int index) {
  const mode_t mode = mode_argument(target, index);
  return change(context, target, request, [mode](int object, const std::string& path) {
    struct stat info {};
    if (fstat(object, &info) != 0) return -1;
    // On a directory the bit of the group says whose the files in it are, which git asks for.
    if (!S_ISDIR(info.st_mode) && gives_rights(mode & ~info.st_mode)) {
      errno = EPERM;
      return -1;
    }
    return ::chmod(path.c_str(), mode);
  });
}

Outcome chown_with(Context& context, const Target& target, const Change& request, int index) {
  const auto user = static_cast<uid_t>(target.argument(index));
  const auto group = static_cast<gid_t>(target.argument(index + 1));
  return change(context, target, request, [user, group](int object, const std::string&) {
    return ::fchownat(object, "", user, group, AT_EMPTY_PATH);
  });
}

Outcome set_times(Context& context, const Target& target, const Change& request,
                  const std::array<timespec, 2>* times) {
  return change(context, target, request, [times](int, const std::string& path) {
    return ::utimensat(AT_FDCWD, path.c_str(), times == nullptr ? nullptr : times->data(), 0);
  });
}

Outcome utimensat_call(Context& context, const Target& target) {
  const int flags = target.int_argument(3);
  if ((flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) != 0) return -EINVAL;
  Change request;
  if (const Outcome rc = changed_thing(target, 1, flags, true, request); rc < 0) return rc;
  if (target.argument(2) == 0) return set_times(context, target, request, nullptr);
  std::array<timespec, 2> times{};
  if (const Outcome rc = target.bytes(target.argument(2), times.data(), sizeof times); rc < 0) {
    return rc;
  }
  return set_times(context, target, request, &times);
}

// utimes and futimesat; `path` is the argument, times behind it.
Outcome utimes_call(Context& context, const Target& target, Change request, int path) {
  if (!request.by_descriptor) {
    if (const Outcome rc = take(target, request.place.directory, path, request.place); rc < 0) {
      return rc;
    }
  }
  if (target.argument(path + 1) == 0) return set_times(context, target, request, nullptr);
  std::array<timeval, 2> given{};
  if (const Outcome rc = target.bytes(target.argument(path + 1), given.data(), sizeof given);
      rc < 0) {
    return rc;
  }
  std::array<timespec, 2> times{};
  for (size_t i = 0; i < 2; ++i) {
    if (given[i].tv_usec < 0 || given[i].tv_usec >= 1'000'000) return -EINVAL;
    times[i] = {given[i].tv_sec, given[i].tv_usec * 1000};
  }
  return set_times(context, target, request, &times);
}

Outcome utime_call(Context& context, const Target& target) {
  Change request = named(Follow::yes);
  if (const Outcome rc = take(target, AT_FDCWD, 0, request.place); rc < 0) return rc;
  if (target.argument(1) == 0) return set_times(context, target, request, nullptr);
  utimbuf given{};
  if (const Outcome rc = target.bytes(target.argument(1), &given, sizeof given); rc < 0) return rc;
  const std::array<timespec, 2> times{timespec{given.actime, 0}, timespec{given.modtime, 0}};
  return set_times(context, target, request, &times);
}

Outcome attribute_name(const Target& target, std::string& name) {
  const Outcome rc = target.text(target.argument(1), name);
  if (rc == -ENAMETOOLONG || (rc == 0 && (name.empty() || name.size() > XATTR_NAME_MAX))) {
    return -ERANGE;
  }
  return rc;
}

Outcome setxattr_with(Context& context, const Target& target, const Change& request) {
  std::string name;
  if (const Outcome rc = attribute_name(target, name); rc < 0) return rc;
  const uint64_t size = target.argument(3);
  if (size > kMaxAttribute) return -E2BIG;
  std::vector<char> value(size);
  if (const Outcome rc = target.bytes(target.argument(2), value.data(), size); rc < 0) return rc;
  const int flags = target.int_argument(4);
  return change(context, target, request, [&](int, const std::string& path) {
    return ::setxattr(path.c_str(), name.c_str(), value.data(), value.size(), flags);
  });
}

Outcome removexattr_with(Context& context, const Target& target, const Change& request) {
  std::string name;
  if (const Outcome rc = attribute_name(target, name); rc < 0) return rc;
  return change(context, target, request, [&](int, const std::string& path) {
    return ::removexattr(path.c_str(), name.c_str());
  });
}

Outcome truncate_call(Context& context, const Target& target) {
  Change request = named(Follow::yes);
  if (const Outcome rc = take(target, AT_FDCWD, 0, request.place); rc < 0) return rc;
  const auto length = static_cast<off_t>(target.argument(1));
  if (length < 0) return -EINVAL;
  uint64_t limit = 0;
  if (const Outcome rc = target.file_size_limit(limit); rc < 0) return rc;
  if (static_cast<uint64_t>(length) > limit) return -EFBIG;
  return change(context, target, request, [length](int, const std::string& path) {
    return ::truncate(path.c_str(), length);
  });
}

// The path is the first argument.
using ByThing = Outcome (*)(Context&, const Target&, const Change&);
Outcome by_path(Context& context, const Target& target, Follow follow, ByThing operation) {
  Change request = named(follow);
  if (const Outcome rc = take(target, AT_FDCWD, 0, request.place); rc < 0) return rc;
  return operation(context, target, request);
}

Outcome chmod_1(Context& c, const Target& t, const Change& r) { return chmod_with(c, t, r, 1); }
Outcome chown_1(Context& c, const Target& t, const Change& r) { return chown_with(c, t, r, 1); }

Outcome fchmodat_call(Context& context, const Target& target, int flags) {
  if ((flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) != 0) return -EINVAL;
  Change request;
  if (const Outcome rc = changed_thing(target, 1, flags, false, request); rc < 0) return rc;
  return chmod_with(context, target, request, 2);
}

// Since Linux 6.6. A program that tries what there is finds the kernel that it runs on.
Outcome fchmodat2_call(Context& context, const Target& target) {
  static const bool there = syscall(SYS_fchmodat2, -1, "", 0, 0) == 0 || errno != ENOSYS;
  if (!there) return -ENOSYS;
  return fchmodat_call(context, target, target.int_argument(3));
}

Outcome fchownat_call(Context& context, const Target& target) {
  const int flags = target.int_argument(4);
  if ((flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) != 0) return -EINVAL;
  Change request;
  if (const Outcome rc = changed_thing(target, 1, flags, false, request); rc < 0) return rc;
  return chown_with(context, target, request, 2);
}

Outcome futimesat_call(Context& context, const Target& target) {
  Change request = held(target);
  request.by_descriptor = target.argument(1) == 0;
  return utimes_call(context, target, request, 1);
}

}  // namespace

Outcome dispatch(Context& context, const Target& target) {
  const CallRow* row = call_of(target.call());
  if (row == nullptr) return -ENOSYS;
  const int first = target.int_argument(0);
  switch (row->call) {
    case Call::open_:
    case Call::creat_:
      return open_call(context, target, AT_FDCWD, 0);
    case Call::openat_:
      return open_call(context, target, first, 1);
    case Call::rename_:
      return two_names(context, target, rename_name, false, 0);
    case Call::renameat_:
      return two_names(context, target, rename_name, true, 0);
    case Call::renameat2_:
      return two_names(context, target, rename_name, true,
                       static_cast<unsigned>(target.argument(4)));
    case Call::link_:
      return two_names(context, target, link_name, false, 0);
    case Call::linkat_:
      return two_names(context, target, link_name, true, static_cast<unsigned>(target.argument(4)));
    case Call::symlink_:
      return symlink_call(context, target, AT_FDCWD, 1);
    case Call::symlinkat_:
      return symlink_call(context, target, target.int_argument(1), 2);
    case Call::mkdir_:
      return mkdir_call(context, target, AT_FDCWD, 0);
    case Call::mkdirat_:
      return mkdir_call(context, target, first, 1);
    case Call::mknod_:
      return mknod_call(context, target, AT_FDCWD, 0);
    case Call::mknodat_:
      return mknod_call(context, target, first, 1);
    case Call::unlink_:
      return remove_call(context, target, {AT_FDCWD, {}}, 0, 0);
    case Call::unlinkat_:
      return remove_call(context, target, {first, {}}, 1, target.int_argument(2));
    case Call::rmdir_:
      return remove_call(context, target, {AT_FDCWD, {}}, 0, AT_REMOVEDIR);
    case Call::truncate_:
      return truncate_call(context, target);
    case Call::chmod_:
      return by_path(context, target, Follow::yes, chmod_1);
    case Call::fchmod_:
      return chmod_with(context, target, held(target), 1);
    case Call::fchmodat_:
      return fchmodat_call(context, target, 0);
    case Call::fchmodat2_:
      return fchmodat2_call(context, target);
    case Call::chown_:
      return by_path(context, target, Follow::yes, chown_1);
    case Call::lchown_:
      return by_path(context, target, Follow::no, chown_1);
    case Call::fchown_:
      return chown_with(context, target, held(target), 1);
    case Call::fchownat_:
      return fchownat_call(context, target);
    case Call::utime_:
      return utime_call(context, target);
    case Call::utimes_:
      return utimes_call(context, target, named(Follow::yes), 0);
    case Call::futimesat_:
      return futimesat_call(context, target);
    case Call::utimensat_:
      return utimensat_call(context, target);
    case Call::setxattr_:
      return by_path(context, target, Follow::yes, setxattr_with);
    case Call::lsetxattr_:
      return by_path(context, target, Follow::no, setxattr_with);
    case Call::fsetxattr_:
      return setxattr_with(context, target, held(target));
    case Call::removexattr_:
      return by_path(context, target, Follow::yes, removexattr_with);
    case Call::lremovexattr_:
      return by_path(context, target, Follow::no, removexattr_with);
    case Call::fremovexattr_:
      return removexattr_with(context, target, held(target));
    case Call::bind_:
      return bind_socket(context, target);
    case Call::connect_:
      return connect_socket(context, target);
    case Call::openat2_:
    case Call::setxattrat_:
    case Call::removexattrat_:
    case Call::file_setattr_:
    case Call::socket_:
    case Call::socketpair_:
    case Call::ioctl_:
    case Call::io_uring_setup_:
    case Call::io_uring_enter_:
    case Call::io_uring_register_:
    case Call::uselib_:
    case Call::open_by_handle_at_:
    case Call::mount_:
    case Call::umount2_:
    case Call::pivot_root_:
    case Call::chroot_:
    case Call::open_tree_:
    case Call::open_tree_attr_:
    case Call::move_mount_:
    case Call::mount_setattr_:
    case Call::fsopen_:
    case Call::fsconfig_:
    case Call::fsmount_:
    case Call::fspick_:
      return -ENOSYS;  // never notified of
  }
  return -ENOSYS;
}

}  // namespace sbxc::broker
