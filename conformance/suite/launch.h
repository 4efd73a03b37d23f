// Starts a command, gives it what its props say, listens to it until it has ended, and ends
// whatever it left behind. Once in the life of a process that is there for this alone.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "conformance/suite/conduct.h"
#include "conformance/suite/prop.h"
#include "conformance/suite/stage.h"

namespace sbxc::conform {

struct Launch {
  Start start;
  Stage& stage;
  std::vector<std::unique_ptr<Prop>>& props;
  std::string program;  // the attempt's first word, by which its processes are known
  std::chrono::milliseconds limit;
  bool leaves_processes = false;  // whether that is asked: they get a moment to go by themselves
  bool is_looked_at = false;      // whether evidence is in how its processes look while they wait
};

// A fault: it could not be started at all, or somebody asked for an end (interrupted.h).
Result<Conduct> carry_out(Launch& launch);

// Set by a signal: everything is to be cleaned up and left.
bool interrupted();
void end_on_signals();

}  // namespace sbxc::conform
