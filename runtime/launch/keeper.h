// The process between the supervisor and bubblewrap, whose one business is that nothing is left.
// It starts bubblewrap, makes what has to be there before that may go on, and waits. When
// bubblewrap has ended, or the supervisor has gone in whatever way, it ends every process that is
// left (orphans become its children), and removes what was made if it is still empty and no other
// run uses it: each holds a shared lock on such directories (flock), and who removes one needs the
// whole lock.
//
// `--die-with-parent` alone does not do: a bubblewrap that is killed while it sets up leaves a
// child behind that waits for it for ever.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "runtime/descriptor/descriptor.h"
#include "runtime/launch/failure.h"
#include "runtime/launch/launch.h"

namespace sbxc::launch {

class Keeper {
 public:
  struct Parts {
    std::function<bool()> keepers;  // done in the keeper, beside bubblewrap; false: errno
    std::function<void()> become;   // in the process that is to be bubblewrap; does not return
    // What is left to do when the supervisor was killed: in the keeper, after all else.
    std::function<void()> when_killed{};
  };
  Keeper() = default;
  // Comes back at once. The keeper lets go of the descriptor `gate`.
  static Result<Keeper> start(const Parts& parts, int gate);
  Keeper(Keeper&& other) noexcept;
  Keeper& operator=(Keeper&& other) noexcept;
  ~Keeper();

  // Comes back when what has to be there is, and bubblewrap's process was made. What cannot be made
  // is not there, and `order.on_note` is told why: a command then sees less.
  Result<bool> prepare(const Launch& order, const std::function<Result<bool>()>& meanwhile);

  // Have it end everything; it ends itself when that is done.
  void end_all() { alive_.reset(); }

  pid_t process() const { return process_; }
  void forget() { process_ = -1; }  // it was waited for

 private:
  Descriptor alive_;   // the other end reads its closing
  Descriptor wanted_;  // a socket: what is to be made
  pid_t process_ = -1;
};

}  // namespace sbxc::launch
