// Directories and files that have to be there before the start, and are to be gone afterwards if
// the command left them empty: also when this process is killed. A process of its own makes them,
// waits for this one to end or to say that it is over, and removes them.
#pragma once

#include <sys/types.h>

#include <vector>

#include "runtime/launch/descriptor.h"
#include "runtime/launch/failure.h"
#include "runtime/launch/launch.h"

namespace sbxc::launch {

class Preparations {
 public:
  Preparations() = default;
  Preparations(Preparations&& other) noexcept
      : alive_(std::move(other.alive_)), keeper_(std::exchange(other.keeper_, -1)) {}
  Preparations& operator=(Preparations&&) = delete;
  ~Preparations() { undo(); }

  // Returns when everything is there.
  static Result<Preparations> make(const std::vector<Preparation>& wanted);
  void undo();

 private:
  Descriptor alive_;  // the other end reads its closing
  pid_t keeper_ = -1;
};

}  // namespace sbxc::launch
