// The reader of profiles knows `\"`, `\\` and `\xHH`; any other backslash would vanish. Control
// characters and bytes that are not UTF-8 are written as `\xHH`, so a profile is always plain text
// of whole lines, whatever a path holds.
#include "backends/seatbelt/sbpl_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "compiler/diag/printable.h"

namespace sbxc::seatbelt {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// How many bytes from the front are one valid character; 0 when none is.
size_t character_at(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes[0]);
  const size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (length > bytes.size()) return 0;
  return find_invalid_utf8(bytes.substr(0, length)) == std::string_view::npos ? length : 0;
}

std::string wrap(const std::vector<std::string>& literals, std::string_view open) {
  std::string out;
  for (const std::string& literal : literals) {
    out += fmt::format("{}{}{}\"", out.empty() ? "" : " ", open, literal);
  }
  return literals.size() == 1 ? out : "(string-append " + out + ")";
}

}  // namespace

std::string quoted(std::string_view bytes) {
  std::vector<std::string> literals(1);
  for (size_t at = 0; at < bytes.size();) {
    const char c = bytes[at];
    const size_t length = character_at(bytes.substr(at));
    std::string unit;
    if (c == '"' || c == '\\') {
      unit = {'\\', c};
    } else if (is_control(c) || length == 0) {
      unit = fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      unit = bytes.substr(at, length);
    }
    if (literals.back().size() + unit.size() > kMaxLiteral) literals.emplace_back();
    literals.back() += unit;
    at += std::max<size_t>(length, 1);
  }
  return wrap(literals, "\"");
}

std::string quoted_regex(std::string_view pattern) {
  const bool plain = pattern.find('"') == std::string_view::npos &&
                     std::none_of(pattern.begin(), pattern.end(), is_control) &&
                     find_invalid_utf8(pattern) == std::string_view::npos;
  if (!plain) return quoted(pattern);
  std::vector<std::string> literals(1);
  for (size_t at = 0; at < pattern.size();) {
    const size_t length = character_at(pattern.substr(at));
    if (literals.back().size() + length > kMaxLiteral) literals.emplace_back();
    literals.back() += pattern.substr(at, length);
    at += length;
  }
  return wrap(literals, "#\"");
}

std::string regex_of(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    if (std::string_view("^.[$()|*+?{\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace sbxc::seatbelt
