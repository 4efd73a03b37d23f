#include <mach-o/dyld.h>

#include <climits>
#include <cstdlib>

#include "compiler/driver/own_program.h"

namespace sbxc::driver {

std::string own_program() {
  char path[PATH_MAX];
  uint32_t size = sizeof path;
  if (_NSGetExecutablePath(path, &size) != 0) return {};
  char canonical[PATH_MAX];
  return realpath(path, canonical) == nullptr ? std::string() : std::string(canonical);
}

}  // namespace sbxc::driver
