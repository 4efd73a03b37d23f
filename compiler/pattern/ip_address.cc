// Reading and writing IP addresses. One strict parser says what an address is; a second, lenient
// one knows what inet_aton(3) and browsers would make of a text, so that `0x7f.1` is refused with
// the address it stands for and never taken for a host name.
//
// Strict: `a.b.c.d` in decimal without leading zeros; RFC 4291 section 2.2 for IPv6, with a dotted
// quad allowed at its end. Lenient: one to four parts, each decimal, octal or hexadecimal, the last
// one filling the rest; one trailing dot; a blank and anything behind it (glibc reads past that).
// The lenient rule for "this is no name" is that of the WHATWG URL standard: the last label is a
// number.
#include "compiler/pattern/ip_address.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

namespace sbxc {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || text[i] == separator) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  return parts;
}

std::optional<IpAddress> strict_v4(std::string_view text) {
  if (text.size() > 15) return std::nullopt;
  IpAddress address;
  size_t at = 0;
  for (size_t part = 0; part < 4; ++part) {
    unsigned value = 0;
    const size_t begin = at;
    while (at < text.size() && is_digit(text[at]) && at - begin < 3) {
      value = value * 10 + static_cast<unsigned>(text[at++] - '0');
    }
    const size_t digits = at - begin;
    if (digits == 0 || value > 255 || (digits > 1 && text[begin] == '0')) return std::nullopt;
    address.bytes[part] = static_cast<uint8_t>(value);
    if (part < 3 && (at >= text.size() || text[at++] != '.')) return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  return address;
}

// The value of one inet_aton part, or nothing when it is none. `0x` alone is zero to browsers.
std::optional<uint64_t> lenient_part(std::string_view part) {
  if (part.empty()) return std::nullopt;
  unsigned base = 10;
  if (part.size() >= 2 && part[0] == '0' && (part[1] == 'x' || part[1] == 'X')) {
    base = 16;
    part.remove_prefix(2);
  } else if (part.size() > 1 && part[0] == '0') {
    base = 8;
  }
  uint64_t value = 0;
  for (const char c : part) {
    const int digit = hex_value(c);
    if (digit < 0 || static_cast<unsigned>(digit) >= base) return std::nullopt;
    value = value * base + static_cast<unsigned>(digit);
    if (value > 0xFFFFFFFF) return std::nullopt;
  }
  return value;
}

std::optional<IpAddress> lenient_v4(std::string_view text) {
  const size_t blank = text.find_first_of(" \t\n\v\f\r");
  if (blank != std::string_view::npos) text = text.substr(0, blank);
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || std::count(text.begin(), text.end(), '.') > 3) return std::nullopt;
  const std::vector<std::string_view> parts = split(text, '.');
  uint64_t value = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto part = lenient_part(parts[i]);
    if (!part) return std::nullopt;
    if (i + 1 < parts.size()) {
      if (*part > 255) return std::nullopt;
      value |= *part << (24 - 8 * i);
    } else {
      if (*part >= uint64_t{1} << (32 - 8 * i)) return std::nullopt;
      value |= *part;
    }
  }
  return IpAddress::v4(static_cast<uint8_t>(value >> 24), static_cast<uint8_t>(value >> 16),
                       static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value));
}

// Reads groups of one to four hexadecimal digits up to the end or a `::`.
struct Groups {
  std::vector<uint16_t> values;
  bool ok = true;
};

Groups read_groups(std::string_view text, bool last) {
  Groups groups;
  if (text.empty()) return groups;
  const std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() > 8) return {{}, false};
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    if (last && i + 1 == parts.size() && part.find('.') != std::string_view::npos) {
      const auto tail = strict_v4(part);
      if (!tail) return {{}, false};
      groups.values.push_back(static_cast<uint16_t>(tail->bytes[0] << 8 | tail->bytes[1]));
      groups.values.push_back(static_cast<uint16_t>(tail->bytes[2] << 8 | tail->bytes[3]));
      continue;
    }
    if (part.empty() || part.size() > 4) return {{}, false};
    unsigned value = 0;
    for (const char c : part) {
      const int digit = hex_value(c);
      if (digit < 0) return {{}, false};
      value = value << 4 | static_cast<unsigned>(digit);
    }
    groups.values.push_back(static_cast<uint16_t>(value));
  }
  return groups;
}

constexpr size_t kLongestV6 =
    45;  // eight groups of four with a dotted quad in place of the last two

std::optional<IpAddress> strict_v6(std::string_view text) {
  if (text.size() > kLongestV6 || text.find(':') == std::string_view::npos) return std::nullopt;
  const size_t gap = text.find("::");
  const bool has_gap = gap != std::string_view::npos;
  const Groups head = read_groups(text.substr(0, gap), !has_gap);
  const Groups tail = has_gap ? read_groups(text.substr(gap + 2), true) : Groups{};
  const size_t count = head.values.size() + tail.values.size();
  if (!head.ok || !tail.ok || (has_gap ? count > 7 : count != 8)) return std::nullopt;
  IpAddress address{.v6 = true};
  const auto put = [&](size_t group, uint16_t value) {
    address.bytes[2 * group] = static_cast<uint8_t>(value >> 8);
    address.bytes[2 * group + 1] = static_cast<uint8_t>(value & 0xFF);
  };
  for (size_t i = 0; i < head.values.size(); ++i) put(i, head.values[i]);
  for (size_t i = 0; i < tail.values.size(); ++i) {
    put(8 - tail.values.size() + i, tail.values[i]);
  }
  return address;
}

// An IPv4-mapped address is the IPv4 address: kernels connect to it as that (law 10).
IpAddress unmapped(const IpAddress& address) {
  constexpr std::array<uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (!address.v6 || !std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin())) {
    return address;
  }
  return IpAddress::v4(address.bytes[12], address.bytes[13], address.bytes[14], address.bytes[15]);
}

bool ends_in_number(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  const size_t dot = text.rfind('.');
  if (dot != std::string_view::npos) text.remove_prefix(dot + 1);
  if (text.empty()) return false;
  if (std::all_of(text.begin(), text.end(), is_digit)) return true;
  return (text.starts_with("0x") || text.starts_with("0X")) &&
         std::all_of(text.begin() + 2, text.end(), [](char c) { return hex_value(c) >= 0; });
}

std::string v6_text(const IpAddress& address) {
  std::array<unsigned, 8> groups{};
  for (size_t i = 0; i < 8; ++i) {
    groups[i] = static_cast<unsigned>(address.bytes[2 * i] << 8 | address.bytes[2 * i + 1]);
  }
  size_t gap = 8;  // RFC 5952 section 4.2: the first longest run of two or more zero groups
  size_t gap_length = 1;
  for (size_t i = 0; i < 8; ++i) {
    size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > gap_length) {
      gap = i;
      gap_length = end - i;
    }
  }
  std::string out;
  for (size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      out += "::";
      i += gap_length - 1;
      continue;
    }
    if (!out.empty() && !out.ends_with(':')) out += ':';
    out += fmt::format("{:x}", groups[i]);
  }
  return out;
}

}  // namespace

IpAddress IpAddress::v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
  return {.v6 = false, .bytes = {a, b, c, d}};
}

std::string IpAddress::text() const {
  if (v6) return v6_text(*this);
  return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
}

bool IpNetwork::contains(const IpAddress& other) const {
  if (address.v6 != other.v6) return false;
  const size_t whole = prefix / 8;
  if (!std::equal(address.bytes.begin(), address.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  other.bytes.begin())) {
    return false;
  }
  const unsigned rest = prefix % 8;
  if (rest == 0) return true;
  return (address.bytes[whole] ^ other.bytes[whole]) >> (8 - rest) == 0;
}

IpNetwork IpNetwork::of(const IpAddress& address, uint8_t prefix) {
  IpNetwork network{address, prefix};
  for (size_t bit = prefix; bit < address.bits(); ++bit) {
    network.address.bytes[bit / 8] &= static_cast<uint8_t>(~(0x80U >> (bit % 8)));
  }
  return network;
}

std::string IpNetwork::text() const {
  if (prefix == address.bits()) return address.text();
  return fmt::format("{}/{}", address.text(), prefix);
}

IpParse parse_ip(std::string_view text) {
  const auto strict = [](std::string_view spelling) {
    const auto v4 = strict_v4(spelling);
    return v4 ? v4 : strict_v6(spelling);
  };
  if (const auto address = strict(text)) return {.address = unmapped(*address)};
  if (const size_t zone = text.find('%'); zone != std::string_view::npos) {
    if (const auto base = strict(text.substr(0, zone))) {
      return {.error = IpError::zone_id, .meant = unmapped(*base)};
    }
    return {};
  }
  if (const auto meant = lenient_v4(text)) return {.error = IpError::odd_spelling, .meant = meant};
  return {};
}

bool looks_like_ip(std::string_view text) {
  if (text.starts_with('[') || ends_in_number(text)) return true;
  const IpParse parsed = parse_ip(text);
  return parsed.address || parsed.meant;
}

}  // namespace sbxc
