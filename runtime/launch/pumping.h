// One step of a pump: some bytes from one descriptor to the other.
#pragma once

#include <string>

#include "runtime/launch/stdio.h"

namespace sbxc::launch {

class Pumping {
 public:
  explicit Pumping(Pump pump) : pump_(std::move(pump)) {}

  bool done() const { return !pump_.from; }
  // What to wait for: into the command, that its pipe takes more; out of it, that there is more.
  int waits_for() const { return pump_.into_command ? pump_.to.get() : pump_.from.get(); }
  short events() const;
  void step();
  // An errno when a file of outside did not take everything: a full disk, say.
  int failed() const { return failed_; }

 private:
  void stop();

  Pump pump_;
  std::string pending_;
  int failed_ = 0;
};

}  // namespace sbxc::launch
