// A control group for one run: made, limited, entered by the command's first process, and removed
// with whatever is still in it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>

#include "runtime/limits/limits.h"

namespace sbxc::limits {

struct GroupFailure {
  std::string what;  // `cannot write pids.max of /sys/fs/cgroup/…`
  int error = 0;
};

class Group {
 public:
  // Sets the limits that `holdings` leave to a group. Removes what runs that were killed have left
  // first. Nothing is left behind on a failure.
  static tl::expected<Group, GroupFailure> make(const Delegation& delegation,
                                                std::span<const Holding> holdings);
  Group(Group&& other) noexcept;
  Group& operator=(Group&& other) noexcept;
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  // Ends every process in it, waits for them and removes it.
  ~Group();

  const std::string& path() const { return path_; }
  // Close-on-exec; for enter() in a forked child.
  int processes() const { return processes_; }

 private:
  Group(std::string path, int processes) : path_(std::move(path)), processes_(processes) {}
  void remove();

  std::string path_;
  int processes_ = -1;
};

// Puts the calling process into the group. For a forked child: allocates nothing. 0 or errno.
int enter(int processes);

// Removes empty groups of runs that are gone; how many.
size_t remove_stale(const std::string& directory);

}  // namespace sbxc::limits
