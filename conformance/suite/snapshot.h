// What a tree of files is at one moment, and how another moment differs. Contents are kept, for a
// changed file may hold what it must not; files of a stage are small, and of a large one only the
// beginning and the length count. Times of access and of directories are left out.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sbxc::conform {

struct SnapshotEntry {
  mode_t mode = 0;  // kind and permissions
  uid_t uid = 0;
  gid_t gid = 0;
  nlink_t links = 0;
  off_t size = 0;
  int64_t modified = 0;    // nanoseconds; of regular files
  std::string content;     // of regular files the first 64 KiB; where a link leads
  std::string attributes;  // extended attributes, names and values
  // Not differences by themselves: which file it is, when anything of it changed last, and of
  // directories what chattr(1) gives them.
  dev_t device = 0;
  ino_t inode = 0;
  int64_t touched = 0;
  uint32_t flags = 0;
  bool operator==(const SnapshotEntry& other) const;
};

using Snapshot = std::map<std::string, SnapshotEntry>;  // by path below the root

// An earlier moment, and which of its entries were untouched for long enough then: the clock of a
// file system goes in steps of some milliseconds. No process can put that clock back.
struct Earlier {
  const Snapshot& snapshot;
  int64_t untouched_since;  // nanoseconds
};

// `parts` are directories below `root`. What was not touched since is taken from `earlier`.
Snapshot snapshot(const std::string& root, const std::vector<std::string>& parts,
                  const Earlier* earlier = nullptr);

struct Change {
  std::string path;  // below the root
  std::string what;  // `is new`, `is gone`, `its content is another`, …
};
std::vector<Change> changes(const Snapshot& before, const Snapshot& after);

// Whether nobody did anything to any of it: the same files, none of which was touched. A name may
// have come and gone in a directory.
bool is_untouched(const Snapshot& before, const Snapshot& after);

}  // namespace sbxc::conform
