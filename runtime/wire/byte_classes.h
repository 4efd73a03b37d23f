// What bytes are to the readers of HTTP (RFC 9110 section 5.6.2, RFC 3986). Inside this room only.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sbxc::wire {

enum ByteClass : uint8_t {
  kToken = 1,   // of a field's name
  kTarget = 2,  // of a request's target; `#` and what RFC 3986 has no place for is not
  kText = 4,    // of a head: visible, space, tab, beyond ASCII
  kDigit = 8,
  kHex = 16,
};

inline constexpr std::array<uint8_t, 256> kByteClasses = [] {
  std::array<uint8_t, 256> classes{};
  const auto add = [&classes](std::string_view bytes, uint8_t which) {
    for (const char c : bytes) {
      classes[static_cast<uint8_t>(c)] =
          static_cast<uint8_t>(classes[static_cast<uint8_t>(c)] | which);
    }
  };
  for (size_t c = 0x20; c < 256; ++c) classes[c] = kText;
  classes[0x7F] = 0;
  classes['\t'] = kText;
  add("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", kToken | kTarget);
  add("!#$%&'*+-.^_`|~", kToken);
  // Programs do send the unwise bytes of the second line; they cannot be taken for anything else.
  add("-._~:/?[]@!$&'()*+,;=%", kTarget);
  add("\"<>^`{|}", kTarget);
  add("0123456789", kDigit | kHex);
  add("abcdefABCDEF", kHex);
  return classes;
}();

constexpr bool is_class(char c, ByteClass which) {
  return (kByteClasses[static_cast<uint8_t>(c)] & which) != 0;
}
constexpr bool is_token(char c) { return is_class(c, kToken); }

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

constexpr bool all_of_class(std::string_view text, ByteClass which) {
  for (const char c : text) {
    if (!is_class(c, which)) return false;
  }
  return true;
}

}  // namespace sbxc::wire
