// Options of every command that reads a policy.
#pragma once

#include <string>
#include <vector>

namespace sbxc::driver {

struct PolicyOptions {
  std::string path;                  // "-" is standard input
  std::vector<std::string> defines;  // name=value
};

}  // namespace sbxc::driver
