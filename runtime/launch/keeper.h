// The process between the supervisor and bubblewrap, whose one business is that nothing is left.
// It makes what has to be there before the start, starts bubblewrap, and waits. When bubblewrap has
// ended, or the supervisor has gone in whatever way, it ends every process that is left (orphans
// become its children), and removes what was made if it is still empty and no other run uses it:
// each holds a shared lock on such directories (flock), and who removes one needs the whole lock.
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
  // What is done where, before there is a bubblewrap.
  struct Parts {
    std::function<Result<bool>()> supervisors;  // in this process
    std::function<bool()> keepers;              // in the keeper, at the same time; false: errno
    std::function<void()> become;  // in the process that is to be bubblewrap; does not return
  };
  // Comes back when what has to be there is, and bubblewrap's process is made. What cannot be made
  // is not there, and `note` is told why: a command then sees less.
  static Result<Keeper> start(const Launch& order, const Parts& parts);
  Keeper(Keeper&& other) noexcept;
  Keeper& operator=(Keeper&&) = delete;
  ~Keeper();

  // Have it end everything; it ends itself when that is done.
  void end_all() { alive_.reset(); }

  pid_t process() const { return process_; }
  void forget() { process_ = -1; }  // it was waited for

 private:
  Keeper() = default;

  Descriptor alive_;  // the other end reads its closing
  pid_t process_ = -1;
};

}  // namespace sbxc::launch
