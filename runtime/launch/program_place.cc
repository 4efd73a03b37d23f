#include "runtime/launch/program_place.h"

#include <algorithm>
#include <array>

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

}  // namespace

void place_file(std::vector<std::string>& arguments, int file, const std::string& path) {
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
