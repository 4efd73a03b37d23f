// Walks by name with lstat, for the tree is quiet when it is looked at. A directory that may not be
// read is opened to its owner for the look and closed again: a stage has such.
#include "conformance/suite/snapshot.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <tuple>

#ifdef __APPLE__
// Compilers that build for it elsewhere carry no <sys/xattr.h>; listxattr(2) of macOS.
extern "C" {
ssize_t getxattr(const char* path, const char* name, void* value, size_t size, uint32_t position,
                 int options);
ssize_t listxattr(const char* path, char* names, size_t size, int options);
}
#ifndef XATTR_NOFOLLOW
#define XATTR_NOFOLLOW 1
#endif
#else
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#endif

namespace sbxc::conform {

namespace {

constexpr size_t kKept = 65'536;

std::string content_of(const std::string& path, const struct stat& status) {
  if (S_ISLNK(status.st_mode)) {
    std::array<char, PATH_MAX> target{};
    const ssize_t n = readlink(path.c_str(), target.data(), target.size());
    return n < 0 ? std::string() : std::string(target.data(), static_cast<size_t>(n));
  }
  if (!S_ISREG(status.st_mode)) return {};
  int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0 && errno == EACCES && chmod(path.c_str(), 0600) == 0) {
    file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    chmod(path.c_str(), status.st_mode & 07777);
  }
  if (file < 0) return "(cannot be read)";
  std::string content(std::min<size_t>(kKept, static_cast<size_t>(status.st_size) + 1), '\0');
  size_t size = 0;
  while (size < content.size()) {
    const ssize_t n = read(file, content.data() + size, content.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    size += static_cast<size_t>(n);
  }
  close(file);
  content.resize(size);
  return content;
}

#ifdef __APPLE__
ssize_t list_names(const char* path, char* names, size_t size) {
  return listxattr(path, names, size, XATTR_NOFOLLOW);
}
ssize_t get_value(const char* path, const char* name, char* value, size_t size) {
  return getxattr(path, name, value, size, 0, XATTR_NOFOLLOW);
}
#else
ssize_t list_names(const char* path, char* names, size_t size) {
  return llistxattr(path, names, size);
}
ssize_t get_value(const char* path, const char* name, char* value, size_t size) {
  return lgetxattr(path, name, value, size);
}
#endif

std::string attributes_of(const std::string& path) {
  std::array<char, 4096> names{};
  const ssize_t size = list_names(path.c_str(), names.data(), names.size());
  if (size <= 0) return {};
  std::string all;
  const std::string list(names.data(), static_cast<size_t>(size));
  for (size_t at = 0; at < list.size();) {
    const std::string name = list.c_str() + at;
    at += name.size() + 1;
    std::array<char, 4096> value{};
    const ssize_t n = get_value(path.c_str(), name.c_str(), value.data(), value.size());
    all += name + "=" + std::string(value.data(), n > 0 ? static_cast<size_t>(n) : 0) + "\n";
  }
  return all;
}

int64_t nanoseconds(const timespec& time) {
  return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

#ifdef __APPLE__
uint32_t flags_of(int /*directory*/, const struct stat& status) { return status.st_flags; }
timespec modified_at(const struct stat& status) { return status.st_mtimespec; }
timespec touched_at(const struct stat& status) { return status.st_ctimespec; }
#else
uint32_t flags_of(int directory, const struct stat& /*status*/) {
  unsigned flags = 0;
  return ioctl(directory, FS_IOC_GETFLAGS, &flags) == 0 ? flags : 0;
}
timespec modified_at(const struct stat& status) { return status.st_mtim; }
timespec touched_at(const struct stat& status) { return status.st_ctim; }
#endif

SnapshotEntry entry_of(const std::string& path, const struct stat& status) {
  SnapshotEntry entry;
  entry.mode = status.st_mode;
  entry.uid = status.st_uid;
  entry.gid = status.st_gid;
  entry.device = status.st_dev;
  entry.inode = status.st_ino;
  entry.touched = nanoseconds(touched_at(status));
  if (S_ISREG(status.st_mode)) {
    entry.links = status.st_nlink;
    entry.size = status.st_size;
    entry.modified = nanoseconds(modified_at(status));
  }
  entry.content = content_of(path, status);
  entry.attributes = attributes_of(path);
  return entry;
}

// And the flags of the directory itself.
std::vector<std::string> names_in(const std::string& path, const struct stat& status,
                                  uint32_t& flags) {
  std::vector<std::string> names;
  DIR* directory = opendir(path.c_str());
  const bool closed = directory == nullptr && errno == EACCES;
  if (closed && chmod(path.c_str(), 0700) == 0) directory = opendir(path.c_str());
  if (directory != nullptr) {
    while (const dirent* entry = readdir(directory)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    flags = flags_of(dirfd(directory), status);
    closedir(directory);
  }
  if (closed) chmod(path.c_str(), status.st_mode & 07777);
  return names;
}

struct Walk {
  const std::string& root;
  const Earlier* earlier;
  Snapshot into;

  void at(const std::string& below);
  // As it was, when it was not touched.
  const SnapshotEntry* untouched(const std::string& below, const struct stat& status) const;
};

const SnapshotEntry* Walk::untouched(const std::string& below, const struct stat& status) const {
  if (earlier == nullptr) return nullptr;
  const auto before = earlier->snapshot.find(below);
  if (before == earlier->snapshot.end()) return nullptr;
  const int64_t touched = nanoseconds(touched_at(status));
  const bool same = before->second.inode == status.st_ino &&
                    before->second.device == status.st_dev && before->second.touched == touched &&
                    touched < earlier->untouched_since;
  return same ? &before->second : nullptr;
}

// Of a directory without search permission the entries would look gone: opened for the time.
void Walk::at(const std::string& below) {
  const std::string path = root + "/" + below;
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return;
  const SnapshotEntry* same = untouched(below, status);
  SnapshotEntry& entry =
      into.emplace(below, same != nullptr ? *same : entry_of(path, status)).first->second;
  if (!S_ISDIR(status.st_mode)) return;
  const std::vector<std::string> names = names_in(path, status, entry.flags);
  const bool closed = (status.st_mode & 0700) != 0700 && !names.empty() && getuid() != 0;
  if (closed) chmod(path.c_str(), 0700);
  for (const std::string& name : names) at(below + "/" + name);
  if (closed) chmod(path.c_str(), status.st_mode & 07777);
}

std::string difference(const SnapshotEntry& was, const SnapshotEntry& is) {
  if ((was.mode & S_IFMT) != (is.mode & S_IFMT)) return "is of another kind";
  if (was.size != is.size || was.content != is.content) {
    return S_ISLNK(is.mode) ? "leads elsewhere" : "has another content";
  }
  if (was.mode != is.mode) {
    return fmt::format("has mode {:o}, it was {:o}", is.mode & 07777, was.mode & 07777);
  }
  if (was.uid != is.uid || was.gid != is.gid) return "has another owner";
  if (was.links != is.links) {
    return fmt::format("has {} names, it had {}", is.links, was.links);
  }
  if (was.attributes != is.attributes) return "has other extended attributes";
  return "has another time of modification";
}

}  // namespace

bool SnapshotEntry::operator==(const SnapshotEntry& other) const {
  const auto parts = [](const SnapshotEntry& e) {
    return std::tie(e.mode, e.uid, e.gid, e.links, e.size, e.modified, e.content, e.attributes);
  };
  return parts(*this) == parts(other);
}

Snapshot snapshot(const std::string& root, const std::vector<std::string>& parts,
                  const Earlier* earlier) {
  Walk walk{root, earlier, {}};
  for (const std::string& part : parts) walk.at(part);
  return std::move(walk.into);
}

std::vector<Change> changes(const Snapshot& before, const Snapshot& after) {
  std::vector<Change> all;
  for (const auto& [path, was] : before) {
    const auto is = after.find(path);
    if (is == after.end()) {
      all.push_back({path, "is gone"});
    } else if (was != is->second) {
      all.push_back({path, difference(was, is->second)});
    }
  }
  for (const auto& [path, is] : after) {
    if (!before.contains(path)) all.push_back({path, "is new"});
  }
  return all;
}

bool is_untouched(const Snapshot& before, const Snapshot& after) {
  const auto same = [](const auto& a, const auto& b) {
    const SnapshotEntry& was = a.second;
    const SnapshotEntry& is = b.second;
    return a.first == b.first && was == is && was.device == is.device && was.inode == is.inode &&
           was.flags == is.flags && (S_ISDIR(is.mode) || was.touched == is.touched);
  };
  return std::equal(before.begin(), before.end(), after.begin(), after.end(), same);
}

}  // namespace sbxc::conform
