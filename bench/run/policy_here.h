// A policy as `sbxc run` reads it in a directory, for what is to be compared with it.
#pragma once

#include <string>

#include "compiler/policy/policy.h"
#include "compiler/resolve/resolve.h"
#include "compiler/source/source.h"

namespace sbxc::bench {

struct PolicyHere {
  Sources sources{};
  ResolveOptions options{};
  Policy policy{};
};
// Ends the program when the policy has errors.
PolicyHere policy_here(const std::string& file, const std::string& cwd);

}  // namespace sbxc::bench
