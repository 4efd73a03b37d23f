// The process that serves the sandbox's network, and what has to happen between it, bubblewrap and
// pid 1 before the command starts: bubblewrap tells its child, the process enters that child's
// network, and when it has told that everything stands, pid 1 may go on.
#pragma once

#include <string>
#include <string_view>

#include "runtime/launch/companion.h"
#include "runtime/launch/launch.h"

namespace sbxc::launch {

// None, when the order has nobody to serve the network.
Result<Companion> start_network(const Network& network);

struct NetworkMessage {
  enum class Kind : int32_t { stands, failed, note, ended };
  Kind kind = Kind::ended;
  Failure failure{};  // of `failed`; its message of `note`
};

class NetworkStart {
 public:
  // `facts`: bubblewrap's --info-fd.
  NetworkStart(Companion& process, Descriptor facts)
      : process_(process), facts_(std::move(facts)) {}

  const Descriptor& facts() const { return facts_; }
  // To be called when there is something to read from facts() or the process's socket.
  void take_facts();
  NetworkMessage take_told();

 private:
  Companion& process_;
  Descriptor facts_;
  std::string text_;
  bool handed_over_ = false;
};

// `{ "child-pid": 123, … }`, as bubblewrap writes it; -1 when there is no such number, or not all
// of it yet.
pid_t child_in(std::string_view facts);

}  // namespace sbxc::launch
