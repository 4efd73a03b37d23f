// What a person should know of the directory that a command is to start in: that it cannot be
// entered, or that root, who has no capabilities inside, cannot write there as the policy allows.
#pragma once

#include <optional>
#include <string>

#include "compiler/policy/policy.h"
#include "runtime/launch/failure.h"

namespace sbxc::driver {

std::optional<launch::Failure> cannot_be_entered(const std::string& directory);

std::optional<std::string> cannot_be_written_by_root(const std::string& directory,
                                                     const Policy& policy);

}  // namespace sbxc::driver
