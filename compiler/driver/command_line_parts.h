// Pieces of the command line that its files share: what several commands take, and the commands
// that act on this machine.
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "compiler/driver/command_line.h"

namespace sbxc::driver {

void describe(CLI::App& command, Describe when, const std::function<void()>& add_options);

void add_defines(CLI::App& command, std::vector<std::string>& defines);
void add_policy(CLI::App& command, PolicyOptions& options, const char* what);
// --ask-command, --upstream, --upstream-auth-file
void add_egress(CLI::App& command, EgressOptions& options);

void add_run(CLI::App& app, RunOptions& options, Describe when);
void add_proxy(CLI::App& app, ProxyOptions& options, Describe when);
void add_doctor(CLI::App& app, DoctorOptions& options, Describe when);
void add_conform(CLI::App& app, ConformOptions& options, Describe when);

}  // namespace sbxc::driver
