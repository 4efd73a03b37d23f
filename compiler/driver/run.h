// One `sbxc run` by the means of this system: planned first, so that `--dry-run` has something to
// say and what cannot be held is told before anything starts. One body for each system.
#pragma once

#include <memory>
#include <string>

#include "compiler/driver/console.h"
#include "compiler/driver/denial_log.h"
#include "compiler/driver/load.h"
#include "runtime/launch/failure.h"

namespace sbxc::driver {

// What needs no policy, begun while one is read and planned.
struct RunAhead;
struct EndRunAhead {
  void operator()(RunAhead* begun) const;
};
using RunAheadPointer = std::unique_ptr<RunAhead, EndRunAhead>;
RunAheadPointer begin_run_ahead();  // empty: there is nothing of the kind

class Run {
 public:
  // Plans. `loaded` has a policy; both outlive this.
  Run(Loaded& loaded, const RunOptions& options, RunAheadPointer ahead = {});
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // What cannot be held, and nobody accepted, is an error among the diagnostics of `loaded`.
  bool holds();
  // In the format of the options.
  std::string dry_run() const;
  // What a person has to know before the start; most often nothing.
  std::string before_the_start() const;
  // The command's status, or one of sbxc's own, which `console` was told of.
  int start(DenialLog& log, Console& console);

 private:
  struct Plan;

  Loaded& loaded_;
  const RunOptions& options_;
  RunAheadPointer ahead_;
  std::unique_ptr<Plan> plan_;
};

// Why there is no command, or no longer, as text for a person.
std::string in_words(const launch::Failure& failure);

// One of the command's standard descriptors is a terminal.
bool has_terminal();

}  // namespace sbxc::driver
