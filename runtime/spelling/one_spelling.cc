#include "runtime/spelling/one_spelling.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>

#include "runtime/descriptor/descriptor.h"
#include "runtime/mount_path.h"

namespace sbxc::spelling {
namespace {

constexpr size_t kSome = 64;

// The magic numbers of file systems that never tell cases apart, as statfs() gives them: FAT,
// exFAT, NTFS (two drivers), SMB (two versions), HFS and HFS+.
constexpr int64_t kNeverApart[] = {0x4d44,     0x2011bab0, 0x5346544e, 0x7366746e,
                                   0xff534d42, 0xfe534d42, 0x4244,     0x482b};

struct Closer {
  void operator()(DIR* directory) const { closedir(directory); }
};
using Listing = std::unique_ptr<DIR, Closer>;

// With its first letter in the other case; empty when it has none.
std::string respelled(std::string name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto letter = std::ranges::find_if(name, is_letter);
  if (letter == name.end()) return {};
  *letter = static_cast<char>(*letter ^ 0x20);
  return name;
}

std::vector<std::string> some_names(DIR* listing) {
  std::vector<std::string> names;
  while (names.size() < kSome) {
    const dirent* entry = readdir(listing);
    if (entry == nullptr) break;
    names.emplace_back(entry->d_name);
  }
  return names;
}

bool lists(const std::string& directory, const std::string& name) {
  const Listing listing(opendir(directory.c_str()));
  if (!listing) return false;
  while (const dirent* entry = readdir(listing.get())) {
    if (name == entry->d_name) return true;
  }
  return false;
}

Spelling by_file_system(const std::string& directory) {
  const Descriptor file(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct statfs facts {};
  if (!file || fstatfs(file.get(), &facts) != 0) return Spelling::unknown;
  if (std::ranges::find(kNeverApart, static_cast<int64_t>(facts.f_type & 0xffffffff)) !=
      std::end(kNeverApart)) {
    return Spelling::many;
  }
  int flags = 0;
  const bool has_flags = ioctl(file.get(), FS_IOC_GETFLAGS, &flags) == 0;
  return has_flags && (flags & FS_CASEFOLD_FL) != 0 ? Spelling::many : Spelling::one;
}

bool shows_something(bwrap::StepKind kind) {
  return kind == bwrap::StepKind::bind || kind == bwrap::StepKind::ro_bind;
}

using Targets = std::vector<std::string_view>;  // of all steps, sorted

// Something below is held by its name: by a step of its own, or by the broker.
bool denies_below(const bwrap::BwrapPlan& plan, const Targets& targets, bool writable,
                  const std::string& place) {
  const bool brokered = std::ranges::any_of(plan.broker, [&](const bwrap::Held& held) {
    return writable || held.operation == Operation::read;
  });
  const std::string below = place == "/" ? "/" : place + "/";
  const auto first = std::ranges::upper_bound(targets, below);
  return brokered || (first != targets.end() && first->starts_with(below));
}

// Looking into them may wait for another machine. ` - ` and the type of a file system.
bool may_hang(std::string_view type) {
  return type.starts_with(" - autofs ") || type.starts_with(" - nfs");
}

std::string mounts_of_this_process() {
  std::ifstream file("/proc/self/mountinfo");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Spelling spelling_in(const NamesInDirectory& names) {
  for (const std::string& name : names.some) {
    const std::string other = respelled(name);
    if (other.empty()) continue;
    if (!names.can_be_found(other)) return Spelling::one;
    if (!names.is_listed(other)) return Spelling::many;
  }
  return Spelling::unknown;
}

Spelling spelling_in(const std::string& directory) {
  const Listing listing(opendir(directory.c_str()));
  if (!listing) return Spelling::unknown;
  const NamesInDirectory names = {
      .some = some_names(listing.get()),
      .can_be_found =
          [&](const std::string& name) {
            struct stat facts {};
            return fstatat(dirfd(listing.get()), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0;
          },
      .is_listed = [&](const std::string& name) { return lists(directory, name); }};
  const Spelling tried = spelling_in(names);
  return tried == Spelling::unknown ? by_file_system(directory) : tried;
}

std::vector<std::string> mounted_below(std::string_view mountinfo, const std::string& directory) {
  const std::string below = directory == "/" ? "/" : directory + "/";
  std::vector<std::string> out;
  while (!mountinfo.empty()) {
    std::string_view line = mountinfo.substr(0, mountinfo.find('\n'));
    mountinfo.remove_prefix(std::min(line.size() + 1, mountinfo.size()));
    constexpr int kFieldsBefore = 4;  // number, parent, device, root
    for (int i = 0; i < kFieldsBefore; ++i)
      line.remove_prefix(std::min(line.find(' '), line.size() - 1) + 1);
    std::string place = path_of_mount(line.substr(0, line.find(' ')));
    if (!place.starts_with(below) || place == below) continue;
    const size_t type = std::min(line.find(" - "), line.size());
    if (!may_hang(line.substr(type))) out.push_back(std::move(place));
  }
  return out;
}

std::optional<std::string> misspellable(const bwrap::BwrapPlan& plan) {
  Targets targets;
  for (const bwrap::Step& step : plan.steps) targets.push_back(step.target);
  std::ranges::sort(targets);
  const std::string mounts = mounts_of_this_process();
  for (const bwrap::Step& step : plan.steps) {
    struct stat facts {};
    if (!shows_something(step.kind) || stat(step.source.c_str(), &facts) != 0) continue;
    if (!S_ISDIR(facts.st_mode)) continue;
    std::vector<std::string> places = mounted_below(mounts, step.source);
    places.push_back(step.source);
    for (std::string& place : places) {
      if (!denies_below(plan, targets, step.kind == bwrap::StepKind::bind, place)) continue;
      if (spelling_in(place) == Spelling::many) return std::move(place);
    }
  }
  return std::nullopt;
}

}  // namespace sbxc::spelling
