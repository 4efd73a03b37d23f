// Hosts and ports from the wire. Names go through the canonicaliser of the policy's patterns and
// addresses through its one parser, so that a rule and a request cannot differ in spelling. What
// inet_aton(3) would take for an address, and the parser does not, is refused by name; everything
// that is cut off from a name elsewhere (a NUL, `%00`, a blank, `@`, `\`) has no place in one here.
#include "runtime/wire/endpoint.h"

#include <charconv>

#include "compiler/pattern/host_name.h"

namespace sbxc::wire {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view port_text(uint16_t port, std::array<char, 5>& digits) {
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), port).ptr;
  return {digits.data(), static_cast<size_t>(end - digits.data())};
}

std::string bracketed(const Endpoint& endpoint) {
  const IpAddress* address = endpoint.address();
  if (address != nullptr && address->v6) return "[" + address->text() + "]";
  return endpoint.host_text();
}

}  // namespace

std::string Endpoint::host_text() const { return name() != nullptr ? *name() : address()->text(); }

std::string Endpoint::text() const {
  std::array<char, 5> digits;
  std::string out = bracketed(*this);
  out += ':';
  out += port_text(port, digits);
  return out;
}

std::string host_field(const Endpoint& endpoint) {
  return endpoint.port == 80 ? bracketed(endpoint) : endpoint.text();
}

Result<Host> read_host(std::string_view text) {
  auto name = canonical_host_name(text);
  if (name) return Host(std::move(*name));
  const IpParse parsed = parse_ip(text);
  if (parsed.address) return Host(*parsed.address);
  if (parsed.error == IpError::zone_id) return tl::unexpected(Refusal::zone_id);
  if (parsed.error == IpError::odd_spelling || name.error() == HostNameError::looks_like_address) {
    return tl::unexpected(Refusal::odd_address);
  }
  return tl::unexpected(Refusal::bad_name);
}

Result<uint16_t> read_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || text.front() == '0') {
    return tl::unexpected(Refusal::bad_port);
  }
  uint32_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return tl::unexpected(Refusal::bad_port);
    value = value * 10 + static_cast<uint32_t>(c - '0');
  }
  if (value > 65535) return tl::unexpected(Refusal::bad_port);
  return static_cast<uint16_t>(value);
}

namespace {

// The part of `text` that is the host, and what follows it: empty, or a colon and a port.
struct Split {
  std::string_view host;
  std::string_view rest;
  bool is_bracketed = false;
};

Result<Split> split_authority(std::string_view text) {
  if (text.find('@') != std::string_view::npos) return tl::unexpected(Refusal::user_info);
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return tl::unexpected(Refusal::bad_name);
    return Split{text.substr(1, close - 1), text.substr(close + 1), true};
  }
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return Split{text, {}};
  // `2001:db8::1:443` ends in a port, or does not.
  if (text.find(':', colon + 1) != std::string_view::npos) {
    return tl::unexpected(Refusal::bad_name);
  }
  return Split{text.substr(0, colon), text.substr(colon)};
}

}  // namespace

Result<Authority> read_authority(std::string_view text) {
  const auto split = split_authority(text);
  if (!split) return tl::unexpected(split.error());
  auto host = read_host(split->host);
  if (!host) return tl::unexpected(host.error());
  // Brackets are for IPv6: `[example.com]` and `[127.0.0.1]` are nothing.
  if (split->is_bracketed && split->host.find(':') == std::string_view::npos) {
    return tl::unexpected(Refusal::bad_name);
  }
  Authority authority{.host = std::move(*host)};
  if (split->rest.empty()) return authority;
  if (split->rest.front() != ':') return tl::unexpected(Refusal::bad_name);
  const auto port = read_port(split->rest.substr(1));
  if (!port) return tl::unexpected(port.error());
  authority.port = *port;
  return authority;
}

}  // namespace sbxc::wire
