// A control group for one run: made, limited, entered by the command's first process, and removed
// with whatever is still in it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "runtime/limits/handed_on.h"
#include "runtime/limits/limits.h"

namespace sbxc::limits {

inline constexpr std::string_view kGroupPrefix = "sbxc-";

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
  // Ends every process in it, waits for them, removes it and puts this process where it was.
  ~Group();

  const std::string& path() const { return path_; }
  // Close-on-exec; for enter() in a forked child.
  int processes() const { return processes_; }

  // What the end does, for a forked child of a process that is gone and could not.
  void clear_away() const;

 private:
  explicit Group(HandedOn handed) : handed_(std::move(handed)) {}
  std::optional<GroupFailure> fill_in(std::span<const Holding> holdings);
  void remove();
  void close_both();

  HandedOn handed_;
  std::string path_;
  int processes_ = -1;
  int lock_ = -1;  // shared, for as long as the group is somebody's
};

// Puts the calling process into the group. For a forked child: allocates nothing. 0 or errno.
int enter(int processes);

// Removes empty groups of runs that are gone; how many.
size_t remove_stale(const std::string& directory);

}  // namespace sbxc::limits
