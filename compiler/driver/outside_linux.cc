#include "compiler/driver/outside_linux.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string_view>

#include "runtime/descriptor/descriptor.h"
#include "runtime/mount_path.h"

namespace sbxc::driver {
namespace {

// That keep their names on this machine and answer by themselves.
constexpr auto kNear = std::to_array<std::string_view>(
    {"bcachefs", "btrfs",   "devtmpfs", "erofs", "exfat",  "ext2",  "ext3", "ext4",
     "f2fs",     "hfsplus", "iso9660",  "jfs",   "nilfs2", "ntfs3", "udf",  "overlay",
     "ramfs",    "rootfs",  "squashfs", "tmpfs", "vfat",   "xfs",   "zfs"});

bool is_at_or_below(std::string_view path, std::string_view place) {
  if (place == "/") return true;
  return path.starts_with(place) && (path.size() == place.size() || path[place.size()] == '/');
}

}  // namespace

Outside::Outside(const std::string& mountinfo) {
  std::ifstream file(mountinfo);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    std::string place;
    std::string type;
    for (int i = 0; i < 5; ++i) words >> place;
    while (words >> word && word != "-") continue;
    words >> type;
    if (std::ranges::find(kNear, type) == kNear.end()) far_.push_back(path_of_mount(place));
    known_ = true;
  }
}

bool Outside::has(const std::string& path) const {
  const auto covers = [&](const std::string& place) { return is_at_or_below(path, place); };
  if (!known_ || std::ranges::any_of(far_, covers)) return false;
  struct open_how how {};
  how.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS;
  return Descriptor(
             static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how)))
      .is_open();
}

}  // namespace sbxc::driver
