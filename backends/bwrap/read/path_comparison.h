// Policy and plan side by side for every canonical path: what is asked of a path and what the
// mounts show there, walked together. Names that nothing bears now are compared by that walk alone;
// for those that exist, the files are walked where the first walk says that existing makes a
// difference.
#pragma once

#include <string>
#include <vector>

#include "backends/bwrap/read/asked_space.h"
#include "backends/bwrap/read/path_claims.h"

namespace sbxc::bwrap_read {

enum class Finding : uint8_t {
  more,          // the plan gives what the policy denies
  less,          // the plan withholds what the policy allows
  movable,       // a directory above a denied path can be moved away
  not_compared,  // the budget was spent
};

struct PathFinding {
  Operation operation{};
  Finding finding{};
  std::string path;
  bool exists = false;
  std::string directory{};  // of movable: the one that can be moved
  Shown shown{};
};

struct PathBudget {
  size_t states = 200'000;   // of pairs, and of automata over names
  size_t entries = 500'000;  // of directories
  size_t findings = 5;       // for each operation and kind
};

struct PathComparison {
  std::vector<PathFinding> findings;
  bool less_declared[4]{};  // by read, write, exec, socket: a declared narrowing happens
  bool more_declared[4]{};
  std::string given_up{};  // why not everything was compared
};

struct CompareInput {
  AskedSpace& asked;
  const MountTable& table;
  const FileFacts& facts;
  const Whole& whole;
  PathBudget budget{};
};

inline constexpr Operation kPathOperations[] = {Operation::read, Operation::write, Operation::exec,
                                                Operation::socket};

PathComparison compare_paths(const CompareInput& input);

}  // namespace sbxc::bwrap_read
