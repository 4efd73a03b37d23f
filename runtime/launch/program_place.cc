#include "runtime/launch/program_place.h"

#include <algorithm>
#include <array>

namespace sbxc::launch {

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
