// A process beside the sandbox: the broker, or the one that serves its network. Started after
// bubblewrap, so that what it has to prepare is done while that mounts, and told over a socket when
// there is something to serve. It ends with this process, or when the socket is closed and it
// has nothing left to do.
#pragma once

#include <sys/types.h>

#include <functional>
#include <span>
#include <string>

#include "runtime/descriptor/descriptor.h"
#include "runtime/launch/failure.h"

namespace sbxc::launch {

class Companion {
 public:
  // Gives the exit status. `socket` is its end of the way to this process (SOCK_SEQPACKET),
  // `reports` a pipe for what it has to tell.
  using Main = std::function<int(int socket, int reports)>;

  Companion() = default;  // none
  // Of this process's descriptors it has those two, its standard error (see complaint()) and
  // `kept`.
  static Result<Companion> start(const Main& main, std::span<const int> kept = {});
  Companion(Companion&& other) noexcept;
  Companion& operator=(Companion&&) = delete;
  ~Companion();

  // A process of the sandbox, as this process table numbers it, with a descriptor.
  void hand_over(Descriptor descriptor, pid_t process);
  Descriptor& socket() { return socket_; }
  // There will be nothing, or nothing more, to hand over.
  void expect_nothing() { socket_.reset(); }
  // The same, and what it has to say is still heard.
  void expect_last_words();
  void end() const;  // at once

  pid_t process() const { return process_; }
  void forget() { process_ = -1; }  // it was waited for
  Descriptor& reports() { return reports_; }
  bool reports_end() const { return !reports_; }
  bool is_silent() const { return !reports_ && !socket_; }
  // What it said on its standard error; to be asked when it has ended.
  std::string complaint() const;

 private:
  pid_t process_ = -1;
  Descriptor socket_;
  Descriptor reports_;
  Descriptor complaints_;
};

// What hand_over() sent, for the companion: the descriptor, and the process in `process`. -1: there
// is nothing and there will be nothing.
int receive_handed_over(int socket, pid_t& process);

}  // namespace sbxc::launch
