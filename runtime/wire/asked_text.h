// What a refused request asked for, as the peer wrote it: for a report, so that whoever reads it
// finds the program that sent it. Nothing is decided by this text, which may hold any byte; empty
// when there is none. A user name and a password in front of a host are left out.
#pragma once

#include <string>
#include <string_view>

namespace sbxc::wire {

// From a request's bytes, not all of which may be there: the host and port of the target, or of
// the Host field where the target is a path.
std::string_view asked_over_http(std::string_view bytes);

// From a SOCKS5 request: `host:port`.
std::string asked_over_socks(std::string_view bytes);

}  // namespace sbxc::wire
