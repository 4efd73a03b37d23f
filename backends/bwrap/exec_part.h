// Which programs may be executed, where that is less than what can be read. A mount cannot say so
// (there is no noexec bind in bubblewrap), Landlock can: a list of files, and of directories with
// all that is below them. A file is listed as the one that bears the name at the start: what takes
// its place is another.
#pragma once

#include <string>
#include <vector>

#include "backends/bwrap/access_tree.h"

namespace sbxc::bwrap {

struct ExecPart {
  bool needed = false;              // something can be read and not be executed
  std::string example;              // such a path
  std::vector<std::string> grants;  // sorted by path
  bool complete = true;             // false: too many to list
  // Directories whose programs are named one by one, for not all of them may be executed: those
  // that appear there later wait for the next start.
  std::vector<std::string> one_by_one;
  // Those listed that stand in a directory that may be written: what takes their place waits for
  // the next start.
  std::vector<std::string> replaceable;
};

ExecPart exec_part(const AccessTree& tree, const FileSystemView& files);

}  // namespace sbxc::bwrap
