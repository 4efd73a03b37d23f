#include "runtime/limits/reached.h"

#include <fstream>

namespace sbxc::limits {
namespace {

// Lines of a name and a number. 0: there is no such file, or no such line.
uint64_t counted(const std::string& file, const std::string& wanted) {
  std::ifstream lines(file, std::ios::binary);
  std::string name;
  uint64_t times = 0;
  while (lines >> name >> times) {
    if (name == wanted) return times;
  }
  return 0;
}

}  // namespace

std::vector<Reached> reached_in(const std::string& group) {
  std::vector<Reached> all;
  if (const uint64_t ended = counted(group + "/memory.events", "oom_kill")) {
    all.push_back({LimitKind::memory, ended});
  }
  if (const uint64_t refused = counted(group + "/pids.events", "max")) {
    all.push_back({LimitKind::processes, refused});
  }
  return all;
}

}  // namespace sbxc::limits
