// What a client says first on a connection to a name, held against that name: TLS must be started
// for it (SNI), and plain HTTP is not for this reader to pass. What is neither passes as it is, for
// the connection goes to the name's own addresses in any case.
//
//   - TLS without a server name is refused, unless the name has no dot: programs send none then.
//   - Encrypted Client Hello: the outer name counts. What is inside cannot be known.
//   - A server may ask for a second ClientHello (HelloRetryRequest), which could name another
//     server; so after a hello of TLS 1.3 the client is held until the server's first bytes are
//     known, and a second hello is judged like the first.
//   - A connection to an address is judged by the address alone.
//
// Pure: bytes in, a verdict out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "runtime/egress/report.h"
#include "runtime/wire/client_hello.h"
#include "runtime/wire/endpoint.h"

namespace sbxc::egress {

inline constexpr size_t kMaxHeld = wire::kMaxClientHello + 16384;  // of a client's bytes

class FirstLook {
 public:
  explicit FirstLook(const wire::Endpoint& asked) : asked_(asked) {}

  enum class Verdict : uint8_t {
    more,    // cannot be told yet
    pass,    // everything, from now on
    part,    // passed() bytes; then await_server() has to be asked
    http,    // requests, each of which has to be judged
    refuse,  // reason() and detail()
  };
  // `bytes` are all that the client said and that was not passed.
  Verdict look_at_client(std::string_view bytes);
  // After `part`: all that the server said. more, pass, or part: a second hello comes, and
  // look_at_client() judges it.
  Verdict look_at_server(std::string_view bytes);

  bool awaits_server() const { return state_ == State::server; }
  size_t passed() const { return passed_; }
  Reason reason() const { return reason_; }
  const std::string& detail() const { return detail_; }

 private:
  enum class State : uint8_t { first, hello, server, again, passed };
  Verdict look_at_hello(std::string_view bytes);
  Verdict refuse(Reason reason, std::string_view detail);

  const wire::Endpoint& asked_;
  State state_ = State::first;
  bool is_second_ = false;
  Reason reason_ = Reason::allowed;
  size_t passed_ = 0;
  size_t skipped_ = 0;  // records in front of a second hello
  std::string detail_;
  wire::ClientHelloReader reader_;
};

}  // namespace sbxc::egress
