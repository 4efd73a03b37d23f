// Runs one command with what POSIX has: a session and a terminal of its own, its descriptors, its
// limits, its environment, signals passed on, a clock, and an end of everything it started. What
// confines it is given as a function that the command's process calls last before it executes.
//
// This is macOS's launcher but for the few calls that only macOS has, so that it is tested on every
// system. Linux has runtime/launch, which can do more: there the kernel ends what a command leaves.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/descriptor/ignored_outside.h"
#include "runtime/launch/failure.h"

namespace sbxc::plain {

using launch::Failure;
using launch::Result;

struct ResourceLimit {
  int resource = 0;  // RLIMIT_NPROC and so on
  uint64_t value = 0;
};

struct Order {
  std::vector<std::string> command;
  std::vector<std::string> environment;  // NAME=VALUE, all of it
  std::string directory;
  SignalBits ignored_signals = ignored_outside();
  std::vector<ResourceLimit> limits;
  std::optional<std::chrono::seconds> time{};
  std::function<void()> on_time_over{};  // told when the command was ended for it

  // In the command's process. False: it is not confined, and `why` is what to tell.
  std::function<bool(std::string& why)> confine;
  // Every process that is confined so; asked again and again until there is none.
  std::function<std::vector<pid_t>()> processes;

  // A program that runs beside the command and prints what the system denies, and each of its
  // events, a JSON object each. False: one cannot be recorded, so the command is ended. A first
  // line that is none says that it is ready.
  std::vector<std::string> watcher;
  std::function<bool(std::string_view line)> on_line;

  // A pipe of something else that serves the command (a proxy), and what comes on it. False: it
  // cannot be recorded, so the command is ended. -1: there is none.
  int reports = -1;
  std::function<bool(std::string_view bytes)> on_reports{};

  std::function<void(const std::string&)> on_note;
};

// The command's status; 128 and the signal's number when a signal ended it, 124 after its time.
Result<int> launch(const Order& order);

}  // namespace sbxc::plain
