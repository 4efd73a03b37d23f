// Heads for the next hop, written anew from what was read. Hop-by-hop fields go (Connection and all
// that it names, Keep-Alive, Proxy-*, TE, Trailer, Upgrade; RFC 9110 section 7.6.1), and Forwarded
// and X-Forwarded-*, which a server may believe of a proxy and which can name another host. `Host`
// is the judged endpoint, everything else is passed on in its order. No `Via`: nobody is told.
#pragma once

#include <string>
#include <string_view>

#include "runtime/wire/http_head.h"

namespace sbxc::wire {

struct NextHop {
  enum class Kind : uint8_t { server, proxy };
  enum class After : uint8_t { keep_alive, close };

  Kind kind = Kind::server;                // a proxy gets `http://host/path`, a server `/path`
  After after = After::close;              // close adds `Connection: close`
  std::string_view proxy_authorization{};  // the field's value, for a proxy; empty: none
};

// Not for CONNECT. A websocket's Upgrade is kept. A request of HTTP/1.0 stays one, as its client
// could not read a chunked answer, and is always `close`.
void append_request_head(std::string& out, const RequestHead& head, const Endpoint& judged,
                         const NextHop& next);

// For the client. Upgrade is kept in a 101 alone.
void append_response_head(std::string& out, const ResponseHead& head, NextHop::After after);

// CONNECT to the next proxy.
void append_connect(std::string& out, const Endpoint& judged, std::string_view proxy_authorization);

// `Basic …`, the value of a Proxy-Authorization field.
std::string basic_credentials(std::string_view user, std::string_view password);

// Whether the value of a Proxy-Authorization field is `Basic` with this user and password. Takes a
// time that depends on the lengths alone.
bool is_authorised(std::string_view field_value, std::string_view user, std::string_view password);

// Compares in a time that depends on the lengths alone.
bool equals_in_constant_time(std::string_view a, std::string_view b);

}  // namespace sbxc::wire
