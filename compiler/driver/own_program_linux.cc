#include <climits>
#include <cstdlib>

#include "compiler/driver/own_program.h"

namespace sbxc::driver {

std::string own_program() {
  char path[PATH_MAX];
  return realpath("/proc/self/exe", path) == nullptr ? std::string() : std::string(path);
}

}  // namespace sbxc::driver
