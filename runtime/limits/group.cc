// Groups are named `sbxc-` and 16 random hexadecimal digits, so that two runs never meet. A run
// that was killed leaves an empty group (its processes die with it); the next run removes those
// that are named so and that the kernel lets go: a group with a process in it cannot be removed, so
// no run hurts another. One that was made this very moment, and is not entered yet, could be taken
// from under its run: its `enter` fails then, and the run ends with a message.
//
// Where the delegated group has processes itself this one moves into a group beside the run's,
// which stays for as long as this process lives.
#include "runtime/limits/group.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace sbxc::limits {
namespace {

constexpr std::string_view kPrefix = "sbxc-";
constexpr uint64_t kNotTheCommands = 2;  // bubblewrap, and pid 1 inside

std::string random_name() {
  uint64_t number = 0;
  if (getrandom(&number, sizeof number, 0) != sizeof number) number = 0;
  return fmt::format("{}{:016x}", kPrefix, number);
}

tl::unexpected<GroupFailure> failed(std::string what) {
  return tl::unexpected(GroupFailure{std::move(what), errno});
}

bool write_to(const std::string& file, const std::string& text) {
  const int fd = open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const ssize_t written = write(fd, text.data(), text.size());
  const int error = errno;
  close(fd);
  errno = error;
  return written == static_cast<ssize_t>(text.size());
}

// The limits of one holding, as file and text.
std::vector<std::pair<const char*, std::string>> settings(const Holding& holding) {
  if (holding.by != Mechanism::group) return {};
  if (holding.kind == LimitKind::processes) {
    return {{"pids.max", std::to_string(holding.value + kNotTheCommands)}};
  }
  // Swap would be more memory.
  return {{"memory.max", std::to_string(holding.value)}, {"memory.swap.max", "0"}};
}

tl::expected<void, GroupFailure> hand_controllers_on(const Delegation& delegation) {
  if (delegation.has_own_processes) {
    const std::string aside = delegation.directory + "/" + random_name();
    if (mkdir(aside.c_str(), 0755) != 0) return failed("cannot make the group " + aside);
    if (!write_to(aside + "/cgroup.procs", "0")) {
      const auto failure = failed("cannot move into the group " + aside);
      rmdir(aside.c_str());
      return failure;
    }
  }
  std::string controllers;
  if (delegation.memory) controllers += "+memory ";
  if (delegation.pids) controllers += "+pids ";
  const std::string file = delegation.directory + "/cgroup.subtree_control";
  if (!write_to(file, controllers)) return failed("cannot write " + file);
  return {};
}

}  // namespace

int enter(int processes) { return write(processes, "0", 1) == 1 ? 0 : errno; }

size_t remove_stale(const std::string& directory) {
  size_t removed = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (!entry.path().filename().string().starts_with(kPrefix)) continue;
    if (rmdir(entry.path().c_str()) == 0) ++removed;
  }
  return removed;
}

tl::expected<Group, GroupFailure> Group::make(const Delegation& delegation,
                                              std::span<const Holding> holdings) {
  remove_stale(delegation.directory);
  if (delegation.memory || delegation.pids) {
    if (auto handed = hand_controllers_on(delegation); !handed) {
      return tl::unexpected(std::move(handed.error()));
    }
  }
  const std::string path = delegation.directory + "/" + random_name();
  if (mkdir(path.c_str(), 0755) != 0) return failed("cannot make the group " + path);
  const int processes = open((path + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC);
  Group group(path, processes);
  if (processes < 0) return failed("cannot open cgroup.procs of " + path);
  for (const Holding& holding : holdings) {
    for (const auto& [file, text] : settings(holding)) {
      if (write_to(path + "/" + file, text)) continue;
      // A kernel without swap has no limit for it.
      if (errno == ENOENT && std::string_view(file) == "memory.swap.max") continue;
      return failed(fmt::format("cannot write {} of {}", file, path));
    }
  }
  return group;
}

Group::Group(Group&& other) noexcept
    : path_(std::exchange(other.path_, {})), processes_(std::exchange(other.processes_, -1)) {}

Group& Group::operator=(Group&& other) noexcept {
  if (this != &other) {
    remove();
    path_ = std::exchange(other.path_, {});
    processes_ = std::exchange(other.processes_, -1);
  }
  return *this;
}

Group::~Group() { remove(); }

void Group::remove() {
  if (processes_ >= 0) close(processes_);
  processes_ = -1;
  if (path_.empty()) return;
  const int error = errno;
  write_to(path_ + "/cgroup.kill", "1");
  // Until the last process is gone, for at most a second; what is left the next run removes.
  for (int i = 0; i < 200 && rmdir(path_.c_str()) != 0 && errno == EBUSY; ++i) {
    const timespec pause{0, 5'000'000};
    nanosleep(&pause, nullptr);
  }
  path_.clear();
  errno = error;
}

}  // namespace sbxc::limits
