#include "bench/run/policy_here.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string_view>
#include <utility>

extern char** environ;

namespace sbxc::bench {

namespace {

std::string value_of(const std::map<std::string, std::string>& environment, const char* name,
                     const char* otherwise) {
  const auto found = environment.find(name);
  return found == environment.end() ? otherwise : found->second;
}

ResolveOptions options_for(const std::string& cwd) {
  ResolveOptions options;
  Surroundings& here = options.surroundings;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    here.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  here.cwd = cwd;
  here.home = value_of(here.environment, "HOME", "/");
  here.tmp = value_of(here.environment, "TMPDIR", "/tmp");
  here.user = value_of(here.environment, "USER", "root");
  options.read_file = [](const std::string& path, size_t) -> Result<std::string> {
    std::ostringstream bytes;
    bytes << std::ifstream(path, std::ios::binary).rdbuf();
    return bytes.str();
  };
  return options;
}

}  // namespace

PolicyHere policy_here(const std::string& file, const std::string& cwd) {
  PolicyHere here;
  here.options = options_for(cwd);
  Diagnostics diagnostics;
  auto resolved = resolve_file(file, here.options, here.sources, diagnostics);
  if (!resolved) {
    for (const Diagnostic& d : diagnostics.all()) std::cerr << d.message << "\n";
    std::exit(1);
  }
  here.policy = std::move(*resolved);
  return here;
}

}  // namespace sbxc::bench
