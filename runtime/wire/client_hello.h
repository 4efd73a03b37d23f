// The first message of a TLS client (RFC 8446 section 4.1.2, RFC 6066 section 3): the name of the
// server that it wants, for comparison with the name that the connection is for.
//
// What to do with the result, on a connection to a name: the server name must be that name. Without
// one, refuse; a connection to an address needs none. With Encrypted Client Hello (or GREASE, which
// looks alike, so it cannot be refused as such) the outer name must match; the inner one cannot be
// read. Whatever is refused here is refused, `not_tls` too if first_bytes.h said `tls`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/wire/refusal.h"

namespace sbxc::wire {

inline constexpr size_t kMaxClientHello = 65536;  // with the headers of its records
inline constexpr size_t kMaxProtocols = 32;

struct ClientHello {
  std::string server_name;             // canonical; empty when there is none
  std::vector<std::string> protocols;  // ALPN, in the client's order: `h2`, `http/1.1`
  bool has_encrypted_hello = false;    // ECH or its GREASE
  bool offers_tls13 = false;
};

// A hello may be cut into records and these into pieces; it is put together here, which costs
// memory only when it is. `length` of the outcome counts the bytes of its records.
class ClientHelloReader {
 public:
  Outcome read(std::string_view bytes, ClientHello& hello);

 private:
  Outcome read_record(std::string_view bytes, ClientHello& hello);

  size_t at_ = 0;         // where the next record begins
  std::string gathered_;  // of the handshake message, from earlier records
};

// Whether a server's first bytes are a HelloRetryRequest (RFC 8446 section 4.1.4): the client then
// sends a second hello, and nothing but custom makes it name the same server. Incomplete until the
// first 43 bytes are there; `bad` (not_tls) when it is no such thing. No client can make a server
// cut its records that short (RFC 8449: 64 bytes at least).
Outcome read_hello_retry_request(std::string_view bytes);

}  // namespace sbxc::wire
