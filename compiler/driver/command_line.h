// The command line as a CLI11 tree. The man page and the shell completions are made from this same
// tree (documents.h), so they cannot fall behind.
#pragma once

#include <CLI/App.hpp>

#include "compiler/driver/options.h"

namespace sbxc::driver {

// Whether a command has its options from the beginning, or once it is the one that is parsed: the
// other fifteen would be a twentieth of the work of a start.
enum class Describe { at_once, when_used };

// Fills `app` with every command; parsing `app` fills `options`.
void describe_command_line(CLI::App& app, Options& options, Describe when);

}  // namespace sbxc::driver
