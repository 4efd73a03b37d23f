// The process whose one business is that nothing is left, in whatever way this one goes: it ends
// every process of the run, the watcher, and puts the person's terminal back. It holds one end of a
// pipe; it begins when every other end is closed, the one of a command that has not begun included.
#pragma once

#include <sys/types.h>

#include "runtime/descriptor/descriptor.h"
#include "runtime/plain_launch/own_terminal.h"
#include "runtime/plain_launch/plain_launch.h"

namespace sbxc::plain {

class Ending {
 public:
  // `watcher`: -1 when there is none.
  static Result<Ending> start(const Order& order, pid_t watcher, OwnTerminal& terminal);
  Ending(Ending&& other) noexcept;
  Ending& operator=(Ending&&) = delete;
  ~Ending();

  // Ends every process of the run, and returns when that is done. False: some do not end.
  bool end_all();

 private:
  Ending() = default;

  Descriptor alive_;
  pid_t process_ = -1;
};

}  // namespace sbxc::plain
