#include "backends/bwrap/all_names.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "backends/bwrap/file_system_view.h"

#if defined(__linux__)
#include <linux/magic.h>
#include <sys/vfs.h>
#endif

namespace sbxc::bwrap {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

#if defined(__linux__)
bool lists_all(int directory) {
  constexpr unsigned kXfs = 0x58465342;  // statfs(2); in no header of the kernel's
  constexpr auto kListsAll = std::to_array<unsigned>(
      {EXT4_SUPER_MAGIC, kXfs, BTRFS_SUPER_MAGIC, TMPFS_MAGIC, OVERLAYFS_SUPER_MAGIC});
  struct statfs system {};
  return fstatfs(directory, &system) == 0 &&
         std::ranges::find(kListsAll, static_cast<unsigned>(system.f_type)) != kListsAll.end();
}
#else
bool lists_all(int /*directory*/) { return false; }
#endif

// The name with its ASCII letters in the other case; empty when it has none.
std::string in_other_letters(const std::string& name) {
  std::string other = name;
  for (char& c : other) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter) c = static_cast<char>(c ^ 0x20);
  }
  return other == name ? "" : other;
}

}  // namespace

bool tells_letters_apart(const std::vector<std::string>& names,
                         const std::function<bool(const std::string&)>& is_missing) {
  for (const std::string& name : names) {
    const std::string other = in_other_letters(name);
    if (other.empty() || std::ranges::binary_search(names, other)) continue;
    return is_missing(other);
  }
  return false;
}

std::optional<std::vector<std::string>> RealFileSystem::all_names(const std::string& path,
                                                                  size_t limit) const {
  const std::unique_ptr<DIR, CloseDirectory> directory(opendir(path.c_str()));
  if (!directory || !lists_all(dirfd(directory.get()))) return std::nullopt;
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(directory.get());
    if (entry == nullptr) break;
    if (names.size() == limit + 2) return std::nullopt;  // `.` and `..` are among them
    names.emplace_back(entry->d_name);
  }
  if (errno != 0) return std::nullopt;
  std::ranges::sort(names);
  const auto is_missing = [&](const std::string& name) {
    struct stat status {};
    const int rc = fstatat(dirfd(directory.get()), name.c_str(), &status, AT_SYMLINK_NOFOLLOW);
    return rc != 0 && errno == ENOENT;
  };
  if (!tells_letters_apart(names, is_missing)) return std::nullopt;
  return names;
}

}  // namespace sbxc::bwrap
