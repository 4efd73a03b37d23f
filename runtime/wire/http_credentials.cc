// Basic credentials (RFC 7617). To check them, ours are encoded and compared with what came:
// nothing of the client's is decoded, and the comparison looks at every byte whatever it finds.
#include <algorithm>

#include "runtime/wire/byte_classes.h"
#include "runtime/wire/http_rewrite.h"

namespace sbxc::wire {

namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view group = bytes.substr(at, 3);
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < group.size() ? static_cast<uint8_t>(group[i]) : 0U);
    }
    for (size_t i = 0; i < 4; ++i) {
      out += i <= group.size() ? kDigits[bits >> (18 - 6 * i) & 63] : '=';
    }
  }
  return out;
}

}  // namespace

std::string basic_credentials(std::string_view user, std::string_view password) {
  std::string pair(user);
  pair += ':';
  pair += password;
  return "Basic " + base64(pair);
}

bool equals_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  volatile uint8_t difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<uint8_t>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

bool is_authorised(std::string_view field_value, std::string_view user, std::string_view password) {
  const size_t blank = std::min(field_value.find(' '), field_value.size());
  if (!equals_ignoring_case(field_value.substr(0, blank), "basic")) return false;
  std::string_view given = field_value.substr(blank);
  while (given.starts_with(' ')) given.remove_prefix(1);
  const std::string wanted = basic_credentials(user, password);
  return equals_in_constant_time(given, std::string_view(wanted).substr(6));
}

}  // namespace sbxc::wire
