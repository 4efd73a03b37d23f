// What a client that speaks first is about to say, from its first bytes.
//
// Whatever some server might read as an HTTP request counts as one, so that a request that is
// spelled oddly (an empty line in front, a tab, a method in small letters) is refused by the strict
// reader and does not pass as something unknown. HTTP/0.9 is `other`: it carries no `Host`.
//
// What to do, on a captured connection to a name:
//   tls    ClientHelloReader; the server name must be the name. Records that begin with no hello,
//          and SSLv2's, count here too, so that the reader refuses them
//   http   RequestReader for every request; its Host must be the name
//   http2  refuse
//   other  ports 80 and 443: refuse; other ports: copy, nothing more can be known
//   incomplete  wait, but not for ever: a client that stays here beyond the time for a head is
//          refused on ports 80 and 443 and copied on others
#pragma once

#include <cstdint>
#include <string_view>

namespace sbxc::wire {

enum class FirstBytes : uint8_t { incomplete, tls, http, http2, other };

inline constexpr size_t kMaxFirstLine = 8192;  // a longer first line counts as HTTP's

FirstBytes tell_captured(std::string_view bytes);

// On a port that is HTTP proxy and SOCKS5 at once the first byte decides; tls is for an engine that
// wants to say so, and everything else goes to the RequestReader, which refuses what it must.
enum class ProxyClient : uint8_t { incomplete, http, socks, tls };

ProxyClient tell_proxy_client(std::string_view bytes);

}  // namespace sbxc::wire
