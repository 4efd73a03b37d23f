// Calls that may take long (the other end of a FIFO, a peer that accepts later) go to a process of
// their own each, so that nobody else waits for them. It is a fork of the broker, answers the one
// notification and ends.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace sbxc::broker {

class Waiting {
 public:
  explicit Waiting(int listener) : listener_(listener) {}
  ~Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  // `work` answers the notification `id` by itself. Zero, or a negative errno: EAGAIN when too
  // many wait already.
  long start(uint64_t id, const std::function<void()>& work);

  // Takes leave of those that are done and ends those that nobody waits for any more.
  void tidy();
  bool any() const { return !workers_.empty(); }

 private:
  struct Worker {
    pid_t pid;
    uint64_t id;
  };
  int listener_;
  std::vector<Worker> workers_;
};

}  // namespace sbxc::broker
