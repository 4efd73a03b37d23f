#include "bench/run/bare_plan.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include "backends/bwrap/bwrap.h"
#include "compiler/resolve/resolve.h"

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

std::string bare_arguments(const std::string& policy, const std::string& cwd) {
  Sources sources;
  Diagnostics diagnostics;
  const ResolveOptions options = options_for(cwd);
  const auto resolved = resolve_file(policy, options, sources, diagnostics);
  if (!resolved) {
    for (const Diagnostic& d : diagnostics.all()) std::cerr << d.message << "\n";
    std::exit(1);
  }
  const Planned planned = plan_bwrap(*resolved, sources,
                                     {.brokered = true,
                                      .environment = options.surroundings.environment,
                                      .command = {"true"},
                                      .directory = cwd});
  return bwrap::args_bytes(planned.plan);
}

}  // namespace sbxc::bench
