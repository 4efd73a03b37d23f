#include "runtime/launch/shared_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>

namespace sbxc::launch {
namespace {

constexpr const char* kMade = "user.sbxc.made";

}  // namespace

SharedDirectory::SharedDirectory(const std::string& path) : path_(path) {
  for (int tries = 0; tries < 100 && !hold(); ++tries) {
  }
}

// False: it was removed in between, by a run that has ended.
bool SharedDirectory::hold() {
  const bool fresh = mkdir(path_.c_str(), 0777) == 0;
  if (!fresh && errno != EEXIST) {
    error_ = errno;
    return true;
  }
  made_ = made_ || fresh;
  file_.reset(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!file_) return errno != ENOENT;
  if (fresh) fsetxattr(file_.get(), kMade, "", 0, 0);
  made_ = made_ || fgetxattr(file_.get(), kMade, nullptr, 0) >= 0;
  while (flock(file_.get(), LOCK_SH) != 0 && errno == EINTR) {
  }
  struct stat held {};
  struct stat named {};
  return fstat(file_.get(), &held) == 0 && lstat(path_.c_str(), &named) == 0 &&
         held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

void SharedDirectory::remove() const {
  if (made_ && file_ && flock(file_.get(), LOCK_EX | LOCK_NB) == 0) rmdir(path_.c_str());
}

bool was_made(const std::string& path) { return getxattr(path.c_str(), kMade, nullptr, 0) >= 0; }

void share(const std::string& path, std::vector<SharedDirectory>& directories) {
  const std::string above = path.substr(0, path.rfind('/'));
  const bool gone = !above.empty() && access(above.c_str(), F_OK) != 0 && errno == ENOENT;
  if (gone || (!above.empty() && was_made(above))) share(above, directories);
  directories.emplace_back(path);
}

}  // namespace sbxc::launch
