// From a forked process to the command. The order matters: descriptors and directory before it is
// confined, for what confines it may forbid looking at them; being confined last before the
// program is looked for, so that looking is confined too.
#pragma once

#include <array>

#include "runtime/launch/stdio.h"
#include "runtime/plain_launch/own_terminal.h"
#include "runtime/plain_launch/plain_launch.h"

namespace sbxc::plain {

enum class Stage : int { process, limit, directory, confine, execute };

// What the child writes on its pipe when there will be no command.
struct Refusal {
  Stage stage{};
  int error = 0;
  char text[496] = {};
};

// Does not return. `stdio` names the command's descriptors; `failure` is the pipe to tell on.
[[noreturn]] void become_command(const Order& order, const launch::Stdio& stdio,
                                 const OwnTerminal& terminal, int failure);

Failure not_started(const Refusal& refusal, const Order& order);

}  // namespace sbxc::plain
