#include "conformance/suite/tree_removal.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#ifdef __linux__
#include <linux/fs.h>
#include <sys/ioctl.h>
#endif

namespace sbxc::conform {

namespace {

// Of a file or directory that an attempt made immutable or append-only, which takes root.
void clear_flags(const std::string& path) {
#ifdef __linux__
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) return;
  int flags = 0;
  if (ioctl(file, FS_IOC_GETFLAGS, &flags) == 0) {
    flags &= ~(FS_IMMUTABLE_FL | FS_APPEND_FL);
    (void)ioctl(file, FS_IOC_SETFLAGS, &flags);
  }
  close(file);
#else
  lchflags(path.c_str(), 0);
#endif
}

struct Name {
  std::string name;
  bool directory;
};

bool is_directory(const std::string& path, unsigned char type) {
  if (type != DT_UNKNOWN) return type == DT_DIR;
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::vector<Name> names_in(const std::string& path) {
  std::vector<Name> names;
  DIR* directory = opendir(path.c_str());
  if (directory == nullptr && errno == EACCES && chmod(path.c_str(), 0700) == 0) {
    directory = opendir(path.c_str());
  }
  if (directory == nullptr) return names;
  while (const dirent* entry = readdir(directory)) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    names.push_back({name, is_directory(path + "/" + name, entry->d_type)});
  }
  closedir(directory);
  return names;
}

bool remove_one(const std::string& path, bool directory) {
  if ((directory ? rmdir(path.c_str()) : unlink(path.c_str())) == 0) return true;
  return errno == ENOENT;
}

void remove_all(const std::string& path, bool directory) {
  // Twice, the second time with flags and modes cleared: most trees are plain.
  for (int round = 0; round < 2; ++round) {
    if (directory) {
      for (const Name& each : names_in(path)) remove_all(path + "/" + each.name, each.directory);
    }
    if (remove_one(path, directory)) return;
    const std::string above = path.substr(0, path.rfind('/'));
    clear_flags(path);
    clear_flags(above);
    if (directory) chmod(path.c_str(), 0700);
    chmod(above.c_str(), 0700);
  }
  remove_one(path, directory);
}

}  // namespace

void remove_tree(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) == 0) remove_all(path, S_ISDIR(status.st_mode));
}

}  // namespace sbxc::conform
