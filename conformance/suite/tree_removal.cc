// Goes by descriptors, follows no link and enters no mount: whatever an attempt has left there, and
// whatever a process of it that still runs makes of it meanwhile, nothing beside the tree goes with
// it. What is mounted in it is unmounted where that may be done, and else stays, with what is above
// it. References: openat2(2), umount2(2), ioctl_iflags(2).
#include "conformance/suite/tree_removal.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "runtime/descriptor/descriptor.h"

#ifdef __linux__
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#endif

namespace sbxc::conform {

namespace {

#ifdef __linux__
constexpr int kPlace = O_PATH;
#else
constexpr int kPlace = O_RDONLY;
#endif

// Not open, and errno is EXDEV, where something is mounted.
Descriptor open_here(int above, const char* name, int flags) {
  flags |= O_NOFOLLOW | O_CLOEXEC;
#ifdef __linux__
  open_how how{};
  how.flags = static_cast<unsigned>(flags);
  how.resolve = RESOLVE_NO_XDEV;
  const long opened = syscall(SYS_openat2, above, name, &how, sizeof how);
  if (opened >= 0 || errno != ENOSYS) return Descriptor(static_cast<int>(opened));
#endif
  Descriptor found(openat(above, name, flags));
  struct stat inside {};
  struct stat outside {};
  if (found && (fstat(found.get(), &inside) != 0 || fstat(above, &outside) != 0 ||
                inside.st_dev != outside.st_dev)) {
    found.reset();
    errno = EXDEV;
  }
  return found;
}

// As an attempt may have left it, which takes root: immutable, or to be appended to alone.
void clear_flags(int file) {
#ifdef __linux__
  int flags = 0;
  if (ioctl(file, FS_IOC_GETFLAGS, &flags) != 0) return;
  flags &= ~(FS_IMMUTABLE_FL | FS_APPEND_FL);
  (void)ioctl(file, FS_IOC_SETFLAGS, &flags);
#else
  fchflags(file, 0);
#endif
}

// Of a file its flags alone: it may have other names, elsewhere.
void unlock(int above, const char* name) {
  struct stat facts {};
  if (fstatat(above, name, &facts, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (!S_ISDIR(facts.st_mode) && !S_ISREG(facts.st_mode)) return;
  if (const Descriptor file = open_here(above, name, O_RDONLY | O_NONBLOCK)) {
    clear_flags(file.get());
    if (S_ISDIR(facts.st_mode)) fchmod(file.get(), 0700);
    return;
  }
  if (!S_ISDIR(facts.st_mode)) return;
#ifdef __linux__
  const Descriptor place = open_here(above, name, O_PATH | O_DIRECTORY);
  if (place) chmod(("/proc/self/fd/" + std::to_string(place.get())).c_str(), 0700);
#else
  fchmodat(above, name, 0700, AT_SYMLINK_NOFOLLOW);
#endif
}

void unmount(int above, const char* name) {
#ifdef __linux__
  const std::string path = "/proc/self/fd/" + std::to_string(above) + "/" + name;
  constexpr int kMostOnOnePlace = 16;
  for (int i = 0; i < kMostOnOnePlace; ++i) {
    if (umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0) return;
  }
#else
  (void)above;
  (void)name;
#endif
}

bool is_directory(int above, const char* name) {
  struct stat facts {};
  return fstatat(above, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(facts.st_mode);
}

std::vector<std::string> names_in(DIR* entries) {
  std::vector<std::string> names;
  while (const dirent* entry = readdir(entries)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  return names;
}

enum class Above { stage, others };

void remove_name(int above, const char* name, Above whose);

void remove_entries(int above, const char* name) {
  Descriptor directory = open_here(above, name, O_RDONLY | O_DIRECTORY);
  if (!directory) {
    errno == EXDEV ? unmount(above, name) : unlock(above, name);
    directory = open_here(above, name, O_RDONLY | O_DIRECTORY);
  }
  if (!directory) return;
  DIR* entries = fdopendir(dup(directory.get()));
  if (entries == nullptr) return;
  const std::vector<std::string> names = names_in(entries);
  closedir(entries);
  for (const std::string& each : names) remove_name(directory.get(), each.c_str(), Above::stage);
}

void remove_name(int above, const char* name, Above whose) {
  const bool directory = is_directory(above, name);
  const int flags = directory ? AT_REMOVEDIR : 0;
  if (directory) remove_entries(above, name);
  if (unlinkat(above, name, flags) == 0 || errno == ENOENT) return;
  if (errno == EBUSY) unmount(above, name);
  unlock(above, name);
  // The directory that it stands in may be what keeps it.
  if (whose == Above::stage) {
    clear_flags(above);
    fchmod(above, 0700);
  }
  unlinkat(above, name, flags);
}

}  // namespace

void remove_tree(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash + 1 == path.size()) return;
  const std::string parent = path.substr(0, slash + 1);
  const Descriptor above(open(parent.c_str(), kPlace | O_DIRECTORY | O_CLOEXEC));
  if (above) remove_name(above.get(), path.c_str() + slash + 1, Above::others);
}

}  // namespace sbxc::conform
