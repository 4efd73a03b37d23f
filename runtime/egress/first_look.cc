#include "runtime/egress/first_look.h"

#include "runtime/protections/protections.h"
#include "runtime/wire/first_bytes.h"

namespace sbxc::egress {

namespace {

using protections::is_on;
using protections::Protection;

// TLS records (RFC 8446 section 5.1).
constexpr size_t kRecordHeader = 5;
constexpr uint8_t kChangeCipherSpec = 20;
constexpr uint8_t kHandshake = 22;
constexpr uint8_t kEarlyData = 23;

uint8_t byte_at(std::string_view bytes, size_t at) { return static_cast<uint8_t>(bytes[at]); }

// Where the handshake record behind early data begins; npos: not there yet.
enum class Skip : uint8_t { found, more, bad };
Skip skip_to_handshake(std::string_view bytes, size_t& at) {
  for (;;) {
    if (bytes.size() < at + kRecordHeader) return Skip::more;
    const uint8_t type = byte_at(bytes, at);
    if (type == kHandshake) return Skip::found;
    if (type != kChangeCipherSpec && type != kEarlyData) return Skip::bad;
    const size_t size = size_t{byte_at(bytes, at + 3)} << 8 | byte_at(bytes, at + 4);
    if (bytes.size() < at + kRecordHeader + size) return Skip::more;
    at += kRecordHeader + size;
  }
}

}  // namespace

FirstLook::Verdict FirstLook::refuse(Reason reason, std::string_view detail) {
  reason_ = reason;
  detail_ = detail;
  return Verdict::refuse;
}

FirstLook::Verdict FirstLook::look_at_client(std::string_view bytes) {
  if (asked_.address() != nullptr || state_ == State::passed) return Verdict::pass;
  if (state_ == State::server || bytes.empty()) return Verdict::more;
  if (state_ == State::first) {
    switch (wire::tell_captured(bytes)) {
      case wire::FirstBytes::incomplete:
        return Verdict::more;
      case wire::FirstBytes::http:
        return Verdict::http;
      case wire::FirstBytes::http2:
        if (!is_on(Protection::http_2)) return Verdict::pass;
        return refuse(Reason::bad_request, facts_of(wire::Refusal::http_2).what);
      case wire::FirstBytes::other:
        state_ = State::passed;
        return Verdict::pass;
      case wire::FirstBytes::tls:
        state_ = State::hello;
        break;
    }
  }
  if (state_ == State::again) {
    const Skip skip = skip_to_handshake(bytes, skipped_);
    if (skip == Skip::more) return Verdict::more;
    if (skip == Skip::bad) {
      return refuse(Reason::bad_request, facts_of(wire::Refusal::bad_client_hello).what);
    }
  }
  return look_at_hello(bytes.substr(skipped_));
}

FirstLook::Verdict FirstLook::look_at_hello(std::string_view bytes) {
  wire::ClientHello hello;
  const wire::Outcome outcome = reader_.read(bytes, hello);
  if (outcome.is_bad()) return refuse(Reason::bad_request, facts_of(outcome.refusal).what);
  if (!outcome.is_done()) return Verdict::more;
  const std::string& name = *asked_.name();
  if (hello.server_name.empty()) {
    if (name.find('.') != std::string::npos && is_on(Protection::server_name_missing)) {
      return refuse(Reason::sni_missing, {});
    }
  } else if (hello.server_name != name && is_on(Protection::server_name)) {
    return refuse(Reason::sni_mismatch, hello.server_name);
  }
  passed_ = skipped_ + outcome.length;
  skipped_ = 0;
  if (is_second_ || !hello.offers_tls13) {
    state_ = State::passed;
    return Verdict::pass;
  }
  state_ = State::server;
  return Verdict::part;
}

FirstLook::Verdict FirstLook::look_at_server(std::string_view bytes) {
  const wire::Outcome outcome = wire::read_hello_retry_request(bytes);
  if (outcome.is_done()) {
    state_ = State::again;
    is_second_ = true;
    reader_ = {};
    return Verdict::part;
  }
  if (!outcome.is_bad()) return Verdict::more;
  state_ = State::passed;
  return Verdict::pass;
}

}  // namespace sbxc::egress
