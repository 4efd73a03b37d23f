// Which processes are an attempt's, by their words: the same question on every system.
#include "conformance/suite/processes.h"

#include <algorithm>

namespace sbxc::conform {

std::vector<pid_t> processes_with(const std::string& program, const std::string& mark) {
  std::vector<pid_t> found;
  for (const pid_t pid : all_processes()) {
    const std::string words = words_of(pid);
    const bool runs = words.size() > program.size() && words.starts_with(program) &&
                      words[program.size()] == '\0';
    if (runs && words.find(mark) != std::string::npos) found.push_back(pid);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace sbxc::conform
