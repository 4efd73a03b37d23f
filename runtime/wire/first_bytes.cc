// Telling protocols apart by their first bytes, as widely for HTTP as any server might: blanks and
// line ends in front, a token, a blank of any kind, and somewhere in the first line `HTTP/`. A line
// without it is HTTP/0.9 at most. A NUL ends the doubt: no server that serves several hosts reads
// on, and git's own protocol has one where a client waits for its answer.
//
// TLS likewise: a record of any type, for servers read over an alert in front of a hello, and the
// hello of SSLv2, which some still take for one of TLS and which names no server.
#include "runtime/wire/first_bytes.h"

#include <algorithm>

#include "runtime/wire/byte_classes.h"

namespace sbxc::wire {

namespace {

constexpr char kHandshake = 0x16;
constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n";

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

// What may be TLS is told by two bytes, and what may be SSLv2 by three.
FirstBytes tell_record(std::string_view bytes) {
  const auto first = static_cast<uint8_t>(bytes[0]);
  if (first >= 0x80) {
    if (bytes.size() < 3) return FirstBytes::incomplete;
    return bytes[2] == 1 ? FirstBytes::tls : FirstBytes::other;
  }
  if (first < 0x14 || first > 0x18) return FirstBytes::other;
  if (bytes.size() < 2) return FirstBytes::incomplete;
  return bytes[1] == 3 ? FirstBytes::tls : FirstBytes::other;
}

bool names_http(std::string_view line) {
  constexpr std::string_view kMark = "http/";
  const auto same = [](char a, char b) { return lower(a) == b; };
  return std::search(line.begin(), line.end(), kMark.begin(), kMark.end(), same) != line.end();
}

// The line that begins with a token and a blank.
FirstBytes tell_line(std::string_view line, bool is_whole) {
  const size_t nul = line.find('\0');
  if (names_http(line.substr(0, nul))) return FirstBytes::http;
  if (nul != std::string_view::npos || is_whole) return FirstBytes::other;
  return line.size() >= kMaxFirstLine ? FirstBytes::http : FirstBytes::incomplete;
}

}  // namespace

FirstBytes tell_captured(std::string_view bytes) {
  if (bytes.empty()) return FirstBytes::incomplete;
  if (bytes.starts_with(kPreface)) return FirstBytes::http2;
  if (kPreface.starts_with(bytes)) return FirstBytes::incomplete;
  size_t at = 0;
  while (at < bytes.size() && (is_blank(bytes[at]) || bytes[at] == '\n')) ++at;
  if (at >= kMaxFirstLine) return FirstBytes::http;
  const size_t token = at;
  while (at < bytes.size() && is_token(bytes[at])) ++at;
  if (at == bytes.size()) {
    return at - token >= kMaxFirstLine ? FirstBytes::other : FirstBytes::incomplete;
  }
  if (at == 0) return tell_record(bytes);
  if (at == token || !is_blank(bytes[at])) return FirstBytes::other;
  const std::string_view rest = bytes.substr(at);
  const size_t end = rest.find('\n');
  return tell_line(rest.substr(0, std::min(end, kMaxFirstLine)), end < kMaxFirstLine);
}

ProxyClient tell_proxy_client(std::string_view bytes) {
  if (bytes.empty()) return ProxyClient::incomplete;
  if (bytes[0] == 4 || bytes[0] == 5) return ProxyClient::socks;
  return bytes[0] == kHandshake ? ProxyClient::tls : ProxyClient::http;
}

}  // namespace sbxc::wire
