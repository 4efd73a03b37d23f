// A program that prints what the system denies, line by line, beside the command. It is ready when
// it has printed a line that is no event, or an event, or nothing for a second. What it prints
// comes with a delay, so it is listened to for a moment after the command's end.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "runtime/descriptor/descriptor.h"
#include "runtime/plain_launch/plain_launch.h"

namespace sbxc::plain {

class Watcher {
 public:
  // Not there when the order names none, or when it ends at once: then `on_note` is told.
  static Watcher start(const Order& order);
  Watcher(Watcher&& other) noexcept;
  Watcher& operator=(Watcher&&) = delete;
  ~Watcher();

  pid_t process() const { return process_; }
  int descriptor() const { return lines_.get(); }
  // Whole lines that have come. False: one could not be recorded.
  bool take(const Order& order);
  // Until nothing has come for a while.
  bool take_the_last(const Order& order);

 private:
  Watcher() = default;
  bool wait_until_ready();
  void end();

  pid_t process_ = -1;
  Descriptor lines_;
  std::string pending_;
};

}  // namespace sbxc::plain
