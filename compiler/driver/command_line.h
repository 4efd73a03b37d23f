// The command line as a CLI11 tree. The man page and the shell completions are made from this same
// tree (documents.h), so they cannot fall behind.
#pragma once

#include <CLI/App.hpp>

#include "compiler/driver/options.h"

namespace sbxc::driver {

// Fills `app` with every command; parsing `app` fills `options`.
void describe_command_line(CLI::App& app, Options& options);

}  // namespace sbxc::driver
