// The man page and the shell completions, made from the command line's own description.
#pragma once

#include <CLI/App.hpp>
#include <string>

namespace sbxc::driver {

std::string man_page(const CLI::App& app);
std::string bash_completion(const CLI::App& app);
std::string zsh_completion(const CLI::App& app);
std::string fish_completion(const CLI::App& app);

}  // namespace sbxc::driver
