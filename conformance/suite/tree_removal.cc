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

std::vector<std::string> names_in(const std::string& path) {
  std::vector<std::string> names;
  DIR* directory = opendir(path.c_str());
  if (directory == nullptr) return names;
  while (const dirent* entry = readdir(directory)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  closedir(directory);
  return names;
}

bool remove_one(const std::string& path, bool directory) {
  if ((directory ? rmdir(path.c_str()) : unlink(path.c_str())) == 0) return true;
  return errno == ENOENT;
}

}  // namespace

void remove_tree(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return;
  const bool directory = S_ISDIR(status.st_mode);
  if (directory) {
    if ((status.st_mode & 0700) != 0700) chmod(path.c_str(), 0700);
    for (const std::string& name : names_in(path)) remove_tree(path + "/" + name);
  }
  if (remove_one(path, directory)) return;
  clear_flags(path);
  const size_t slash = path.rfind('/');
  clear_flags(path.substr(0, slash));
  if (directory) {
    for (const std::string& name : names_in(path)) remove_tree(path + "/" + name);
  }
  remove_one(path, directory);
}

}  // namespace sbxc::conform
