// From the options about leaving connections to what the engine takes.
#pragma once

#include "compiler/driver/run_options.h"
#include "runtime/ask/ask.h"
#include "runtime/egress/egress.h"
#include "runtime/launch/failure.h"

namespace sbxc::driver {

launch::Result<egress::Upstream> upstream_of(const EgressOptions& options);

// A name without a slash is looked for in PATH. Empty when none was given.
launch::Result<std::string> ask_program_of(const EgressOptions& options);

}  // namespace sbxc::driver
