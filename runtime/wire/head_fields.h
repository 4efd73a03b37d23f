// The fields of a head and what they say about its body and its connection; the same for requests
// and responses. Inside this room only.
#pragma once

#include <string_view>

#include "runtime/wire/http_head.h"

namespace sbxc::wire {

enum class KnownField : uint8_t {
  other,
  host,
  content_length,
  transfer_encoding,
  connection,
  upgrade,
  expect,
  proxy_authorization,
  hop_by_hop,  // to be removed, and nothing else
  disguised,   // `Content_Length`
};
KnownField known_field(std::string_view name);

struct FieldFacts {
  size_t hosts = 0;
  size_t content_lengths = 0;
  size_t transfer_encodings = 0;
  size_t credentials = 0;
  std::string_view host;
  std::string_view content_length;
  std::string_view transfer_encoding;
  std::string_view proxy_authorization;
  size_t upgrades = 0;
  bool offers_websocket = false;
  bool expects_continue = false;
};

// `lines` is what stands between the first line and the empty one. Each line ends in CR LF.
Refusal read_fields(std::string_view lines, Head& head, FieldFacts& facts);

struct Lengths {
  std::optional<uint64_t> content_length;
  bool is_chunked = false;
};
// What frames the body, as one number or as chunks but never as both.
Result<Lengths> read_lengths(const FieldFacts& facts, uint8_t minor);

}  // namespace sbxc::wire
