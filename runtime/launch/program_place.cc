#include "runtime/launch/program_place.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace sbxc::launch {
namespace {

// Where the end begins: what only changes what was mounted before.
size_t end_of_mounts(const std::vector<std::string>& arguments) {
  size_t end = arguments.size();
  const auto ends_with = [&](size_t words, const char* option) {
    return end >= words && arguments[end - words] == option;
  };
  while (true) {
    if (ends_with(2, "--chdir") || ends_with(2, "--remount-ro")) {
      end -= 2;
    } else if (ends_with(3, "--chmod")) {
      end -= 3;
    } else {
      return end;
    }
  }
}

bool is_below(const std::string& path, const std::string& above) {
  return path.starts_with(above + "/");
}

// What mounts a directory or a file, and at which of the words that follow.
struct Mounting {
  const char* option;
  std::ptrdiff_t target;
};
constexpr Mounting kMounting[] = {{"--bind", 2},         {"--bind-try", 2},  {"--dev-bind", 2},
                                  {"--dev-bind-try", 2}, {"--ro-bind", 2},   {"--ro-bind-try", 2},
                                  {"--ro-bind-data", 2}, {"--bind-data", 2}, {"--tmpfs", 1},
                                  {"--proc", 1},         {"--dev", 1},       {"--mqueue", 1},
                                  {"--symlink", 2}};

// Whether it would lie in the sandbox's own root, which nobody inside can write to, and nothing but
// the file of this machine by that name is mounted there. Then it needs no mount, of which each
// makes bubblewrap read the list of all again. `mounted` is where that one is, or the end.
bool lies_in_own_root(std::vector<std::string>& arguments, const std::string& path,
                      std::vector<std::string>::iterator& mounted) {
  const auto end = arguments.end();
  const std::array<std::string, 2> closed = {"--remount-ro", "/"};
  if (std::ranges::search(arguments, closed).empty()) return false;
  mounted = end;
  for (auto at = arguments.begin(); at != end; ++at) {
    const auto* found = std::ranges::find_if(
        kMounting, [&](const Mounting& one) { return *at == one.option && end - at > one.target; });
    if (found == std::end(kMounting)) continue;
    const std::string& target = *(at + found->target);
    if (target == "/" || is_below(path, target) || is_below(target, path)) return false;
    if (target != path) continue;
    if (*at != "--ro-bind" || mounted != end) return false;
    mounted = at;
  }
  return true;
}

}  // namespace

void place_file(std::vector<std::string>& arguments, int file, const std::string& path) {
  std::vector<std::string>::iterator mounted;
  if (lies_in_own_root(arguments, path, mounted)) {
    if (mounted != arguments.end()) arguments.erase(mounted, mounted + 3);
    arguments.insert(arguments.begin() + static_cast<std::ptrdiff_t>(end_of_mounts(arguments)),
                     {"--perms", "0444", "--file", std::to_string(file), path});
    return;
  }
  arguments.insert(arguments.begin() + static_cast<std::ptrdiff_t>(end_of_mounts(arguments)),
                   {"--perms", "0444", "--ro-bind-data", std::to_string(file), path});
}

std::string place_program(std::vector<std::string>& arguments, int program) {
  const auto find = [&](const char* option) {
    const std::array<std::string, 2> wanted = {option, "/proc"};
    return std::ranges::search(arguments, wanted).begin();
  };
  if (find("--proc") != arguments.end()) return "/proc/self/fd/" + std::to_string(program);
  const auto hidden = find("--tmpfs");
  const bool over_proc = hidden != arguments.end();
  const std::string path = over_proc ? "/proc/.sbxc-init" : "/.sbxc-init";
  arguments.insert(over_proc ? hidden + 2 : arguments.begin(),
                   {"--perms", "0555", "--ro-bind-data", std::to_string(program), path});
  return path;
}

}  // namespace sbxc::launch
