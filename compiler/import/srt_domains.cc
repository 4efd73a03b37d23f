#include "compiler/import/srt_domains.h"

#include <algorithm>
#include <charconv>

namespace sbxc::import {

namespace {

// 1 to 65535, no zero in front.
std::optional<uint16_t> port_of(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0 ||
      text.front() == '0') {
    return std::nullopt;
  }
  return port;
}

std::string_view without_zone(std::string_view host) { return host.substr(0, host.find('%')); }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

bool is_host(std::string_view host) {
  if (const auto address = address_of(host); address && address->v6) return true;
  if (host.find_first_of("/:") != std::string_view::npos) return false;
  if (host == "localhost") return true;
  const bool wildcard = host.starts_with("*.");
  if (wildcard) host.remove_prefix(2);
  if (host.find('*') != std::string_view::npos) return false;
  if (host.find('.') == std::string_view::npos) return false;
  if (host.starts_with('.') || host.ends_with('.')) return false;
  return !wildcard || host.find("..") == std::string_view::npos;
}

}  // namespace

std::optional<IpAddress> address_of(std::string_view host) { return parse_ip(host).address; }

DomainEntry split_domain(std::string_view text) {
  const DomainEntry whole{std::string(text), std::nullopt};
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return whole;
    std::string host(without_zone(text.substr(1, close - 1)));
    const std::string_view rest = text.substr(close + 1);
    if (rest.empty()) return {std::move(host), std::nullopt};
    const auto port = rest.starts_with(':') ? port_of(rest.substr(1)) : std::nullopt;
    if (!port) return whole;
    return {std::move(host), port};
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.find(':') != colon) return whole;
  const auto port = port_of(text.substr(colon + 1));
  if (!port) return whole;
  return {std::string(text.substr(0, colon)), port};
}

bool is_domain_entry(std::string_view text, DomainPorts ports, DomainStar star) {
  const bool several_colons = std::ranges::count(text, ':') > 1;
  if (several_colons && !text.starts_with('[')) {
    // Where no port can follow, a bare IPv6 address is clear.
    return ports == DomainPorts::refused && address_of(text).has_value();
  }
  const DomainEntry entry =
      ports == DomainPorts::taken ? split_domain(text) : DomainEntry{std::string(text), {}};
  if (star == DomainStar::taken && entry.host == "*") return true;
  return is_host(entry.host);
}

bool domain_covers(std::string_view outer, std::string_view inner) {
  const std::string wide = lower(split_domain(outer).host);
  const std::string narrow = lower(inner);
  if (!wide.starts_with("*.")) return wide == narrow;
  if (address_of(narrow)) return false;
  const std::string suffix = wide.substr(1);  // `.example.com`
  if (!narrow.starts_with("*.")) return narrow.ends_with(suffix);
  return narrow.substr(1) == suffix || narrow.ends_with(suffix);
}

std::optional<IpNetwork> address_range(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = address_of(text.substr(0, slash));
  if (!address) return std::nullopt;
  unsigned prefix = address->bits();
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (error != std::errc{} || end != digits.data() + digits.size() || prefix > address->bits()) {
      return std::nullopt;
    }
  }
  return IpNetwork::of(*address, static_cast<uint8_t>(prefix));
}

}  // namespace sbxc::import
