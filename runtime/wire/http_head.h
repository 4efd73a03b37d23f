// Heads of HTTP/1.1 and HTTP/1.0 messages, read strictly (RFC 9112, RFC 9110): whatever two readers
// could read in two ways is refused, see refusals.def. What is left has one meaning, so the body
// ends where BodyReader says for the server too, and each request on a connection is seen.
//
// Decided here: HTTP/1.0 is read, without Transfer-Encoding, and never kept alive; HTTP/0.9 is not.
// No empty line is skipped in front of a request. Bytes beyond ASCII are let through in field
// values and reasons, nowhere else.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "runtime/wire/endpoint.h"

namespace sbxc::wire {

inline constexpr size_t kMaxHead = 65536;
inline constexpr size_t kMaxFields = 200;
inline constexpr size_t kMaxConnectionOptions = 16;

struct Field {
  std::string_view name;
  std::string_view value;  // without the blanks around it
};

struct Framing {
  enum class Kind : uint8_t { none, length, chunked, until_close };
  Kind kind = Kind::none;
  uint64_t length = 0;  // for `length`; at least 1
  bool operator==(const Framing&) const = default;
};

enum class TargetForm : uint8_t { origin, absolute, authority, asterisk };
enum class Upgrade : uint8_t { none, websocket, other };

// What requests and responses have in common. About 7 KB: keep one for all connections, it is
// needed only while a head is looked at.
struct Head {
  uint8_t minor = 1;  // HTTP/1.minor
  size_t field_count = 0;
  size_t connection_option_count = 0;
  std::array<Field, kMaxFields> field_table;
  std::array<std::string_view, kMaxConnectionOptions> connection_option_table;
  bool says_close = false;  // `Connection: close`
  Upgrade upgrade = Upgrade::none;

  std::span<const Field> fields() const { return {field_table.data(), field_count}; }
  // What `Connection` names, as written.
  std::span<const std::string_view> connection_options() const {
    return {connection_option_table.data(), connection_option_count};
  }
};

struct RequestHead : Head {
  std::string_view method;
  TargetForm form = TargetForm::origin;
  std::string_view path;           // `/a?b` as sent; may be empty or begin with `?` if absolute
  std::optional<Endpoint> target;  // of CONNECT and of an absolute target
  std::optional<Endpoint> host;    // of the Host field; without a port in it, the target's or 80
  Framing body;
  bool keeps_alive = false;              // another request may follow on this connection
  bool expects_continue = false;         // `Expect: 100-continue`
  std::string_view proxy_authorization;  // for is_authorised()

  bool is_connect() const { return form == TargetForm::authority; }
  // The host that is asked for: the target, or else the Host field (HTTP/1.0 may have neither).
  const std::optional<Endpoint>& asked() const { return target ? target : host; }
};

class HeadScan {  // finds the empty line; looks at each byte once
 public:
  Outcome scan(std::string_view bytes);

 private:
  uint32_t scanned_ = 0;
  uint32_t line_begin_ = 0;
  uint16_t lines_ = 0;
  bool after_cr_ = false;
};

class RequestReader {
 public:
  // A reader reads one head; assign a new one for the next.
  Outcome read(std::string_view bytes, RequestHead& head);

 private:
  HeadScan scan_;
};

struct ResponseHead : Head {
  uint16_t status = 0;
  std::string_view reason;
  std::optional<uint64_t> content_length;
  bool is_chunked = false;

  bool is_interim() const { return status >= 100 && status < 200 && status != 101; }
};

class ResponseReader {
 public:
  Outcome read(std::string_view bytes, ResponseHead& head);

 private:
  HeadScan scan_;
};

// The body that follows a response to `method` (RFC 9112 section 6.3): none for HEAD, 1xx, 204, 304
// and 2xx to CONNECT, whatever the fields say.
Framing body_of(const ResponseHead& head, std::string_view method);

// Whether another response may follow on the connection.
bool keeps_alive(const ResponseHead& head, std::string_view method);

bool equals_ignoring_case(std::string_view a, std::string_view b);  // ASCII

}  // namespace sbxc::wire
