// What is wrong with a command line, in words of sbxc's own: the word that is meant, and where to
// read on.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace sbxc::driver {

// Two lines. `words` without the program's name; `error` is what parsing them threw.
std::string command_line_error(const CLI::App& app, const std::vector<std::string>& words,
                               const CLI::ParseError& error);

}  // namespace sbxc::driver
