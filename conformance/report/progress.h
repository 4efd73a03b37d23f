// One line that tells how far a long run is, on a terminal alone and not before a second has
// passed.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "conformance/suite/outcome.h"

namespace sbxc::conform {

class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  // Nothing is ever written to what is no terminal, nor to one that cannot erase a line.
  explicit Progress(int fd, Clock::time_point started = Clock::now());
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void ended(const ProbeOutcome& outcome, size_t done, size_t total,
             Clock::time_point now = Clock::now());
  // Takes the line away, before anything else is written there.
  void erase();

 private:
  int fd_;
  bool shows_;
  bool drawn_ = false;
  size_t escaped_ = 0;
  Clock::time_point started_;
  Clock::time_point next_;
};

// `120 of 280, 1 escaped, 14 s  FSR-012`, within so many columns.
std::string progress_line(std::string_view id, size_t done, size_t total, size_t escaped,
                          std::chrono::seconds since, size_t columns);

}  // namespace sbxc::conform
