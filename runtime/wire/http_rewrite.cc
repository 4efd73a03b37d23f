// Heads for the next hop. Every field that goes on is one that the reader has seen, in its bytes;
// the first line, Host and what is said about the connection are ours.
#include "runtime/wire/http_rewrite.h"

#include <algorithm>

#include "runtime/wire/byte_classes.h"
#include "runtime/wire/head_fields.h"

namespace sbxc::wire {

namespace {

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

bool is_passed_on(const Head& head, std::string_view name) {
  switch (known_field(name)) {
    case KnownField::host:
    case KnownField::connection:
    case KnownField::upgrade:
    case KnownField::proxy_authorization:
    case KnownField::hop_by_hop:
    case KnownField::disguised:
      return false;
    case KnownField::content_length:
    case KnownField::transfer_encoding:
      return true;
    case KnownField::other:
    case KnownField::expect:
      break;
  }
  const auto options = head.connection_options();
  return std::none_of(options.begin(), options.end(), [name](std::string_view option) {
    return equals_ignoring_case(option, name);
  });
}

void append_fields(std::string& out, const Head& head) {
  for (const Field& field : head.fields()) {
    if (is_passed_on(head, field.name)) append_field(out, field.name, field.value);
  }
}

void append_connection(std::string& out, bool is_upgrade, NextHop::After after) {
  if (is_upgrade) {
    out += "Connection: Upgrade\r\nUpgrade: websocket\r\n";
  } else if (after == NextHop::After::close) {
    out += "Connection: close\r\n";
  }
}

void append_target(std::string& out, const RequestHead& head, const Endpoint& judged,
                   NextHop::Kind kind) {
  // `OPTIONS http://host` asks about the host as a whole (RFC 9112 section 3.2.4).
  const bool is_whole =
      head.form == TargetForm::asterisk ||
      (head.form == TargetForm::absolute && head.path.empty() && head.method == "OPTIONS");
  if (kind == NextHop::Kind::proxy) {
    out += "http://";
    out += host_field(judged);
  }
  if (is_whole) {
    if (kind == NextHop::Kind::server) out += '*';
    return;
  }
  if (!head.path.starts_with('/')) out += '/';
  out += head.path;
}

}  // namespace

void append_request_head(std::string& out, const RequestHead& head, const Endpoint& judged,
                         const NextHop& next) {
  out += head.method;
  out += ' ';
  append_target(out, head, judged, next.kind);
  out += head.minor == 1 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n";
  append_field(out, "Host", host_field(judged));
  append_fields(out, head);
  const NextHop::After after = head.minor == 1 ? next.after : NextHop::After::close;
  append_connection(out, head.upgrade == Upgrade::websocket, after);
  if (next.kind == NextHop::Kind::proxy && !next.proxy_authorization.empty()) {
    append_field(out, "Proxy-Authorization", next.proxy_authorization);
  }
  out += "\r\n";
}

void append_response_head(std::string& out, const ResponseHead& head, NextHop::After after) {
  out += "HTTP/1.1 ";
  for (const int place : {100, 10, 1}) out += static_cast<char>('0' + head.status / place % 10);
  out += ' ';
  out += head.reason;
  out += "\r\n";
  append_fields(out, head);
  const bool is_upgrade = head.status == 101 && head.upgrade == Upgrade::websocket;
  append_connection(out, is_upgrade, head.is_interim() ? NextHop::After::keep_alive : after);
  out += "\r\n";
}

void append_connect(std::string& out, const Endpoint& judged,
                    std::string_view proxy_authorization) {
  const std::string text = judged.text();
  out += "CONNECT ";
  out += text;
  out += " HTTP/1.1\r\n";
  append_field(out, "Host", text);
  if (!proxy_authorization.empty()) append_field(out, "Proxy-Authorization", proxy_authorization);
  out += "\r\n";
}

}  // namespace sbxc::wire
