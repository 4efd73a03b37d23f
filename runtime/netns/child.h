// What the child and its parent say to each other, over a socket of whole messages: reports go up,
// each with a socket or without; requests for sockets go down. Inside this room only.
#pragma once

#include <array>
#include <cstdint>

#include "runtime/netns/netns.h"

namespace sbxc::netns {

enum class ReportType : uint8_t {
  none,      // nothing came
  listener,  // with its socket
  ready,     // that was all
  failed,
  socket,  // with the socket that was asked for, or with an error
};

struct Report {
  ReportType type = ReportType::none;
  ListenerKind kind{};
  bool v6 = false;
  bool unsupported = false;
  uint16_t port = 0;
  int32_t error = 0;
  char text[240] = {};
};

enum class Request : uint8_t { socket_v4, socket_v6, listening };

// The answer to Request::listening.
struct ListeningReport {
  uint32_t count = 0;
  std::array<uint16_t, kMostListening> ports{};
};

// Everything that the child does.
[[noreturn]] void run_child(const Order& order, int channel, pid_t parent);

}  // namespace sbxc::netns
