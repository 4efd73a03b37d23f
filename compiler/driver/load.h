// From the options to a policy: the machine's surroundings, -D, reading, resolving.
#pragma once

#include <optional>

#include "compiler/driver/options.h"
#include "compiler/resolve/resolve.h"

namespace sbxc::driver {

struct Loaded {
  Sources sources;
  Diagnostics diagnostics;
  std::optional<Policy> policy;
  ResolveOptions resolve;
};

// The policy is absent when an error is among the diagnostics.
Loaded load_policy(const PolicyOptions& options);

// The same policy with another text in place of its own file; what it uses is read again.
Loaded reload(const PolicyOptions& options, const Loaded& like, const std::string& text);

// What $cwd, $home, $tmp and $user are on this machine; -D may replace them.
Surroundings surroundings_here();

}  // namespace sbxc::driver
