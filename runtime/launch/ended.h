// Why there is no command, in words: what pid 1 says about a step that failed, and what bubblewrap
// complains of.
#pragma once

#include <string>

#include "runtime/init/orders.h"
#include "runtime/launch/launch.h"

namespace sbxc::launch {

Failure not_started(const init::Message& message, const Launch& order);
// `complaints`: what bubblewrap wrote before it ended.
Failure no_sandbox(const std::string& complaints);

Failure cannot_start_in(const std::string& directory, int error);

// Its words for a start directory that cannot be entered; after them the path, and why.
inline constexpr const char* kCannotStartIn = "Can't chdir to ";

}  // namespace sbxc::launch
