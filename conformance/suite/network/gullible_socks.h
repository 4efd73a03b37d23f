// SOCKS4, 4a and 5 (RFC 1928, 1929) as gullible_proxy.h speaks them: lengths that do not fit,
// methods that nobody has, BIND taken for CONNECT, datagrams passed on to anybody.
#pragma once

#include "conformance/suite/network/belief.h"
#include "conformance/suite/network/server.h"

namespace sbxc::conform {

struct SocksState {
  enum class Expects : uint8_t { greeting, password, request };
  Expects expects = Expects::greeting;
};

struct SocksStep {
  bool more = false;     // there may be another one in what is left
  std::string reply;     // to send now
  Authority connect_to;  // with a host: dial it; the rest is for there
};

// Takes from the front of `in` what it understands.
SocksStep socks_step(std::string* in, SocksState* state, const Servers& servers);

}  // namespace sbxc::conform
