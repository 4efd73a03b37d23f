// Whatever listens in a world answers everybody: HTTP, the beginning of TLS, questions of DNS over
// TCP, or any bytes. It tells the log what it was asked for, and goes on as the request wants:
//
//   /to?URL   302, to there
//   Upgrade: websocket   101
#pragma once

#include <memory>
#include <string>

#include "conformance/suite/network/loop.h"
#include "conformance/suite/network/names.h"

namespace sbxc::conform {

struct Servers {
  Loop* loop;
  EventLog* log;
  Names* names;
  std::string nonce;
  bool tell_connections;  // `tcp …` at every accept: where nobody looks at the wire
};

// Accepts from a listener; `dns` for one of DNS.
enum class Service : uint8_t { any, dns };
void serve(const Servers& servers, int listener, Service service);
void serve_questions(const Servers& servers, int datagrams);
// Datagrams of any kind.
void serve_datagrams(const Servers& servers, int datagrams);

}  // namespace sbxc::conform
