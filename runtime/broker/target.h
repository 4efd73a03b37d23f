// The process behind one notification. What is read from it is read once; the command may change
// its memory, descriptors and directory all the while, and nothing is looked at again after it has
// been decided upon.
#pragma once

#include <linux/seccomp.h>
#include <sys/types.h>

#include <string>

#include "runtime/broker/enter.h"
#include "runtime/descriptor/descriptor.h"

namespace sbxc::broker {

// Zero and positive numbers are successes, negative ones an errno.
using Outcome = long;

class Target {
 public:
  Target(int listener, const seccomp_notif& notification, const Station& station)
      : listener_(listener), notification_(notification), station_(station) {}

  uint64_t argument(int index) const { return notification_.data.args[index]; }
  int int_argument(int index) const { return static_cast<int>(argument(index)); }
  uint64_t id() const { return notification_.id; }
  pid_t pid() const { return static_cast<pid_t>(notification_.pid); }  // of the thread
  int call() const { return notification_.data.nr; }

  // The call still waits, so what was read under its pid was read from it. Everything below that
  // reads from the process asks this afterwards: ESRCH.
  bool waits() const;

  // At most PATH_MAX with its NUL, else ENAMETOOLONG.
  Outcome text(uint64_t address, std::string& out) const;
  Outcome bytes(uint64_t address, void* to, size_t size) const;

  // Not readable or writable: only a place (O_PATH).
  Outcome directory(Descriptor& out) const;  // the working directory
  Outcome place_of(int descriptor, Descriptor& out) const;
  // The very file that the descriptor stands for.
  Outcome file_of(int descriptor, Descriptor& out) const;

  struct Status {
    mode_t umask = 022;
    pid_t group = 0;        // its process as seen from outside
    std::string process{};  // its number in the sandbox's own /proc
    std::string thread{};
  };
  Outcome status(Status& out) const;
  // Device number of the controlling terminal, 0: none.
  Outcome terminal(dev_t& out) const;
  Outcome file_size_limit(uint64_t& out) const;

 private:
  Outcome still_there() const;
  std::string proc(const char* below) const { return std::to_string(pid()) + "/" + below; }
  Outcome open_proc(const std::string& path, int flags, Descriptor& out) const;
  Outcome read_proc(const char* below, std::string& out) const;

  int listener_;
  const seccomp_notif& notification_;
  const Station& station_;
};

}  // namespace sbxc::broker
