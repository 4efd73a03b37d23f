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

namespace sbxc::driver {
namespace {

// That keep their names on this machine and answer by themselves.
constexpr auto kNear = std::to_array<std::string_view>(
    {"bcachefs", "btrfs",   "devtmpfs", "erofs", "exfat",  "ext2",  "ext3", "ext4",
     "f2fs",     "hfsplus", "iso9660",  "jfs",   "nilfs2", "ntfs3", "udf",  "overlay",
     "ramfs",    "rootfs",  "squashfs", "tmpfs", "vfat",   "xfs",   "zfs"});

// Spaces and the like are written as a backslash and three octal digits (proc_pid_mountinfo(5)).
std::string unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      out +=
          static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + text[i + 3] - '0');
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

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
    if (std::ranges::find(kNear, type) == kNear.end()) far_.push_back(unescaped(place));
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
