// Breadth first from where the pattern stops being literal, in the order of names, so that the same
// machine gives the same file.
#include "compiler/policy_probes/existing_file.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <deque>

#include "compiler/policy/decide.h"

namespace sbxc {

namespace {

constexpr size_t kMostEntries = 2000;

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  DIR* open = opendir(directory.c_str());
  if (open == nullptr) return names;
  for (const dirent* entry = readdir(open); entry != nullptr; entry = readdir(open)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != ".." && names.size() < kMostEntries) names.emplace_back(name);
  }
  closedir(open);
  std::sort(names.begin(), names.end());
  return names;
}

bool is_canonical(const std::string& path) {
  char resolved[PATH_MAX];
  return realpath(path.c_str(), resolved) != nullptr && path == resolved;
}

Rule what_is_held(const Policy& policy, const RuleUnit& unit) {
  Rule held;
  held.operation = Operation::read;
  held.patterns = {pattern_of(policy, unit)};
  if (unit.part == RuleUnit::Part::pattern) held.except = policy.rule(unit.rule).except;
  return held;
}

class Search {
 public:
  Search(const Policy& policy, const RuleUnit& unit)
      : policy_(policy), held_(what_is_held(policy, unit)) {}

  std::optional<std::string> from(const std::string& start) {
    std::deque<std::string> open{start};
    for (size_t seen = 0; !open.empty() && seen < kMostEntries;) {
      const std::string path = std::move(open.front());
      open.pop_front();
      struct stat file {};
      if (lstat(path.c_str(), &file) != 0) continue;
      if (S_ISREG(file.st_mode) && is_wanted(path, file)) return path;
      if (!S_ISDIR(file.st_mode)) continue;
      for (const std::string& name : names_in(path)) {
        open.push_back(path == "/" ? path + name : path + "/" + name);
        ++seen;
      }
    }
    return std::nullopt;
  }

 private:
  bool is_wanted(const std::string& path, const struct stat& file) const {
    return file.st_size > 0 && applies(policy_, held_, {Operation::read, path}) &&
           access(path.c_str(), R_OK) == 0 && is_canonical(path);
  }

  const Policy& policy_;
  Rule held_;
};

}  // namespace

std::optional<std::string> existing_file(const Policy& policy, const RuleUnit& unit) {
  const auto* pattern = std::get_if<PathPattern>(&pattern_of(policy, unit));
  if (pattern == nullptr) return std::nullopt;
  for (const PathGlob& glob : pattern->globs) {
    const std::string start = glob.literal_prefix();
    const bool kernel = start.starts_with("/proc") || start.starts_with("/sys") ||
                        start.starts_with("/dev") || start == "/";
    if (kernel) continue;
    if (auto found = Search(policy, unit).from(start)) return found;
  }
  return std::nullopt;
}

std::optional<std::string> existing_program(const Policy& policy, const RuleUnit& unit) {
  const Rule held = what_is_held(policy, unit);
  for (const char* path : {"/usr/bin/pwd", "/bin/pwd"}) {
    const bool there = access(path, X_OK) == 0 && is_canonical(path);
    if (there && applies(policy, held, {Operation::read, path})) return path;
  }
  return std::nullopt;
}

}  // namespace sbxc
