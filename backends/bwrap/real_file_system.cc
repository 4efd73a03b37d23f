// This machine's file system through lstat, readlink and readdir. Unix sockets come out of
// /proc/net/unix, which lists those of this network namespace only: a socket that a container
// bound in a shared directory is not there, which is why the plan never relies on the list alone.
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <memory>

#include "backends/bwrap/file_system_view.h"

namespace sbxc::bwrap {
namespace {

FileKind kind_of_mode(mode_t mode) {
  if (S_ISDIR(mode)) return FileKind::directory;
  if (S_ISREG(mode)) return FileKind::file;
  if (S_ISLNK(mode)) return FileKind::link;
  if (S_ISSOCK(mode)) return FileKind::socket;
  if (S_ISCHR(mode) || S_ISBLK(mode)) return FileKind::device;
  return FileKind::other;
}

FileKind kind_of_entry(const dirent& entry, const RealFileSystem& files, const std::string& path) {
  switch (entry.d_type) {
    case DT_DIR:
      return FileKind::directory;
    case DT_REG:
      return FileKind::file;
    case DT_LNK:
      return FileKind::link;
    case DT_SOCK:
      return FileKind::socket;
    case DT_CHR:
    case DT_BLK:
      return FileKind::device;
    case DT_FIFO:
      return FileKind::other;
    default:  // some file systems do not say
      return files.kind(join(path, entry.d_name));
  }
}

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

}  // namespace

FileKind RealFileSystem::kind(const std::string& path) const {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return FileKind::missing;
  return kind_of_mode(status.st_mode);
}

std::optional<std::string> RealFileSystem::read_link(const std::string& path) const {
  std::string target(4096, '\0');
  const ssize_t size = readlink(path.c_str(), target.data(), target.size());
  if (size < 0 || static_cast<size_t>(size) == target.size()) return std::nullopt;
  target.resize(static_cast<size_t>(size));
  return target;
}

std::optional<std::vector<DirectoryEntry>> RealFileSystem::list(const std::string& path,
                                                                size_t limit) const {
  const std::unique_ptr<DIR, CloseDirectory> directory(opendir(path.c_str()));
  if (!directory) return std::nullopt;
  std::vector<DirectoryEntry> entries;
  while (entries.size() <= limit) {
    errno = 0;
    const dirent* entry = readdir(directory.get());
    if (entry == nullptr) {
      if (errno != 0) return std::nullopt;
      break;
    }
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    entries.push_back({std::string(name), kind_of_entry(*entry, *this, path)});
  }
  std::ranges::sort(entries, {}, &DirectoryEntry::name);
  return entries;
}

std::vector<std::string> RealFileSystem::bound_sockets() const {
  std::ifstream table("/proc/net/unix");
  std::vector<std::string> paths;
  std::string line;
  while (std::getline(table, line)) {
    // `Num RefCount Protocol Flags Type St Inode Path`; abstract names start with `@`.
    const size_t at = line.find(" /");
    if (at != std::string::npos) paths.push_back(line.substr(at + 1));
  }
  std::ranges::sort(paths);
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

}  // namespace sbxc::bwrap
