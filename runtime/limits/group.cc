// Groups are named `sbxc-` and 16 random hexadecimal digits, so that two runs never meet. A run
// removes its group at the end, and when it was killed the keeper does (runtime/launch). Where all
// were killed an empty group is left (its processes die with them); the next run removes those that
// are named so, that the kernel lets go (a group with a process in it cannot be removed) and that
// nobody holds: each run keeps a lock on its own, which has no process yet when it is made.
#include "runtime/limits/group.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "runtime/limits/group_file.h"

namespace sbxc::limits {
namespace {

constexpr uint64_t kNotTheCommands = 2;  // bubblewrap, and pid 1 inside
constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

GroupFailure failed(std::string what) { return {std::move(what), errno}; }

// The limits of one holding, as file and text.
std::vector<std::pair<const char*, std::string>> settings(const Holding& holding) {
  if (holding.by != Mechanism::group) return {};
  if (holding.kind == LimitKind::processes) {
    return {{"pids.max", std::to_string(holding.value + kNotTheCommands)}};
  }
  // Swap would be more memory.
  return {{"memory.max", std::to_string(holding.value)}, {"memory.swap.max", "0"}};
}

bool has_group_for(LimitKind kind, std::span<const Holding> holdings) {
  return std::ranges::any_of(holdings, [kind](const Holding& holding) {
    return holding.kind == kind && holding.by == Mechanism::group;
  });
}

// Between its making and its lock another run may have taken a group for a stale one. -1: no lock.
int make_and_lock(const std::string& path) {
  if (mkdir(path.c_str(), 0755) != 0) return -1;
  const int directory = open(path.c_str(), kDirectory);
  const bool ours = directory >= 0 && flock(directory, LOCK_SH) == 0 &&
                    access((path + "/cgroup.procs").c_str(), F_OK) == 0;
  if (ours) return directory;
  const int error = errno;
  if (directory >= 0) close(directory);
  rmdir(path.c_str());
  errno = error;
  return -1;
}

}  // namespace

int enter(int processes) { return write(processes, "0", 1) == 1 ? 0 : errno; }

size_t remove_stale(const std::string& directory) {
  size_t removed = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (!entry.path().filename().string().starts_with(kGroupPrefix)) continue;
    const int group = open(entry.path().c_str(), kDirectory);
    if (group < 0) continue;
    if (flock(group, LOCK_EX | LOCK_NB) == 0 && rmdir(entry.path().c_str()) == 0) ++removed;
    close(group);
  }
  return removed;
}

tl::expected<Group, GroupFailure> Group::make(const Delegation& delegation,
                                              std::span<const Holding> holdings) {
  remove_stale(delegation.directory);
  Delegation wanted = delegation;
  wanted.memory = wanted.memory && has_group_for(LimitKind::memory, holdings);
  wanted.pids = wanted.pids && has_group_for(LimitKind::processes, holdings);
  auto handed = hand_on(wanted);
  if (!handed) return tl::unexpected(std::move(handed.error()));
  Group group(std::move(*handed));
  if (auto failure = group.fill_in(holdings)) return tl::unexpected(std::move(*failure));
  return group;
}

std::optional<GroupFailure> Group::fill_in(std::span<const Holding> holdings) {
  constexpr int kTries = 10;
  for (int i = 0; i < kTries && lock_ < 0; ++i) {
    path_ = handed_.directory + "/" + random_name();
    lock_ = make_and_lock(path_);
    if (lock_ < 0 && errno != ENOENT && errno != ENODEV) break;
  }
  if (lock_ < 0) {
    auto failure = failed("cannot make the group " + path_);
    path_.clear();
    return failure;
  }
  processes_ = open((path_ + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC);
  if (processes_ < 0) return failed("cannot open cgroup.procs of " + path_);
  for (const Holding& holding : holdings) {
    for (const auto& [file, text] : settings(holding)) {
      if (write_to(path_ + "/" + file, text)) continue;
      // A kernel without swap has no limit for it.
      if (errno == ENOENT && std::string_view(file) == "memory.swap.max") continue;
      return failed(fmt::format("cannot write {} of {}", file, path_));
    }
  }
  return std::nullopt;
}

Group::Group(Group&& other) noexcept
    : handed_(std::exchange(other.handed_, {})),
      path_(std::exchange(other.path_, {})),
      processes_(std::exchange(other.processes_, -1)),
      lock_(std::exchange(other.lock_, -1)) {}

Group& Group::operator=(Group&& other) noexcept {
  if (this != &other) {
    remove();
    handed_ = std::exchange(other.handed_, {});
    path_ = std::exchange(other.path_, {});
    processes_ = std::exchange(other.processes_, -1);
    lock_ = std::exchange(other.lock_, -1);
  }
  return *this;
}

Group::~Group() { remove(); }

void Group::clear_away() const {
  const int error = errno;
  if (!path_.empty()) {
    write_to(path_ + "/cgroup.kill", "1");
    remove_group(path_);
  }
  give_back(handed_);
  errno = error;
}

void Group::close_both() {
  for (int* one : {&processes_, &lock_}) {
    if (*one >= 0) close(*one);
    *one = -1;
  }
}

void Group::remove() {
  close_both();
  clear_away();
  path_.clear();
  handed_ = {};
}

}  // namespace sbxc::limits
