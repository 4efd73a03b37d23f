// The process that becomes the command: it puts the walls around itself, innermost last, and then
// is the command.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/descriptor/ignored_outside.h"
#include "runtime/landlock/landlock.h"

namespace sbxc::init {

struct Filter {
  const char* bytes = nullptr;
  size_t size = 0;
};

struct Limit {
  uint64_t resource;
  uint64_t value;
};

struct CommandOrders {
  int supervisor = -1;      // the socket
  int standard_error = -1;  // the command's
  int numbers_out = -1;     // a pipe: the number of the listener, then kOnItsOwn
  int listener_taken = -1;  // a pipe: a byte, when the listener was handed on
  int failure_out = -1;     // a pipe that execve closes
  const Limit* limits = nullptr;
  size_t limit_count = 0;
  SignalBits ignored_signals = 0;
  bool landlock = false;
  landlock::Wall wall;
  Filter policy_filter;
  Filter notify_filter;
  char** arguments = nullptr;
  char** environment = nullptr;
};

// The descriptors are shared with the first process no longer.
inline constexpr int kOnItsOwn = -1;

struct ExecFailure {
  int32_t stage;
  int32_t error;
  const char* path;  // in the orders, which both processes have at the same place; may be null
};

// Returns only to say why there is no command.
ExecFailure become_command(const CommandOrders& orders);

}  // namespace sbxc::init
