// Descriptors, and what to do when one can be read. Everything in a world happens in turn: a
// handler never waits. What is written to a peer that does not read is dropped.
#pragma once

#include <poll.h>

#include <functional>
#include <map>
#include <string_view>
#include <vector>

namespace sbxc::conform {

class Loop {
 public:
  Loop() = default;
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Takes the descriptor, and calls `ready` whenever it can be read or its peer is gone.
  void watch(int descriptor, std::function<void()> ready);
  void close(int descriptor);
  bool has(int descriptor) const { return handlers_.count(descriptor) != 0; }

  std::vector<pollfd> watched() const;
  void ready(int descriptor);
  // Until there is nothing left to do at once.
  void settle();

 private:
  std::map<int, std::function<void()>> handlers_;
};

void write_to(int descriptor, std::string_view bytes);

// What has come; empty: the end, or an error. Never waits where the loop says that it can be read.
std::string read_from(int descriptor);

}  // namespace sbxc::conform
