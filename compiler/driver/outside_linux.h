// Whether a name that a command named is there outside, where its mounts hide nothing. The command
// chose the name, so looking must not carry it away or wait for anybody: no link is followed, and
// nothing is asked of a file system that another machine or program serves (a name looked for below
// an automounter or on NFS goes out over the network). Where it would be, the answer is no.
//
// Left out: a network file system at the bottom of an overlay.
#pragma once

#include <string>
#include <vector>

namespace sbxc::driver {

class Outside {
 public:
  // Of this process. A table that cannot be read: nothing is there.
  explicit Outside(const std::string& mountinfo = "/proc/self/mountinfo");

  // Canonical paths alone.
  bool has(const std::string& path) const;

 private:
  bool known_ = false;
  std::vector<std::string> far_;  // where something is mounted that is not this machine's own
};

}  // namespace sbxc::driver
