// A directory that runs make for themselves and use together: whichever is the last to use it
// removes it, if it is empty. Each holds a shared lock on it (flock), and who removes it needs the
// whole lock. Who made it is written on it, in an attribute; where a file system has none, each run
// removes what it made itself.
#pragma once

#include <string>
#include <vector>

#include "runtime/descriptor/descriptor.h"

namespace sbxc::launch {

class SharedDirectory {
 public:
  // Makes it when it is not there.
  explicit SharedDirectory(const std::string& path);
  SharedDirectory(SharedDirectory&& other) noexcept = default;

  int number() const { return file_.get(); }
  int error() const { return error_; }  // errno when it cannot be made, else 0
  void remove() const;

 private:
  bool hold();

  std::string path_;
  Descriptor file_;
  bool made_ = false;
  int error_ = 0;
};

// Some run has made it.
bool was_made(const std::string& path);

// With the directories above it that a run has made, or has to make again: those first.
void share(const std::string& path, std::vector<SharedDirectory>& directories);

}  // namespace sbxc::launch
