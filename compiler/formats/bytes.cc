// XML 1.0 knows no control characters but tab and line ends, not even escaped ones, and neither
// U+FFFE nor U+FFFF (XML 1.0, 2.2).
#include "compiler/formats/bytes.h"

#include <nlohmann/json.hpp>

#include "compiler/diag/printable.h"

namespace sbxc::report {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

void append_xml(std::string& out, char c) {
  switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    default:
      if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
        out += kReplacement;
      } else {
        out += c;
      }
  }
}

}  // namespace

std::string xml_text(std::string_view bytes) {
  std::string out;
  size_t valid = find_invalid_utf8(bytes);  // everything before it is UTF-8
  if (valid == std::string_view::npos) valid = bytes.size();
  for (size_t i = 0; i < bytes.size(); ++i) {
    const std::string_view three = bytes.substr(i, 3);
    if (i == valid) {
      out += kReplacement;
      const size_t next = find_invalid_utf8(bytes.substr(i + 1));
      valid = next == std::string_view::npos ? bytes.size() : i + 1 + next;
    } else if (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") {
      out += kReplacement;
      i += 2;
    } else {
      append_xml(out, bytes[i]);
    }
  }
  return out;
}

// `#` would begin a directive such as `# SKIP`.
std::string tap_description(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    if (c == '#' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out;
}

std::string yaml_text(std::string_view bytes) {
  return nlohmann::json(bytes).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace sbxc::report
