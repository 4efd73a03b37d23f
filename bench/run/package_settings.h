// What the npm package sandbox-runtime has to be told to hold the same policy, as far as its
// settings can say it on Linux: only then are two starts compared that give the same.
#pragma once

#include <cstddef>
#include <string>

namespace sbxc::bench {

struct PackageSettings {
  std::string json;
  size_t reads_denied = 0;
  size_t writes_denied = 0;
  size_t hosts_allowed = 0;
};
// Of the policy as it reads in the directory `cwd`. Left out: what is allowed to be read (there
// everything is that is not denied), patterns that the package skips on Linux (its README,
// "filesystem restrictions"), ports, environment and sockets. It is less work for the package than
// the policy asks for, and never more.
PackageSettings nearest_settings(const std::string& policy, const std::string& cwd);

}  // namespace sbxc::bench
