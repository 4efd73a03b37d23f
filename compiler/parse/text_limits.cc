#include "compiler/parse/text_limits.h"

#include <fmt/core.h>

#include <optional>

#include "compiler/diag/printable.h"
#include "compiler/parse/parse.h"

namespace sbxc {

namespace {

Span byte_span(FileId file, size_t at, size_t length = 1) {
  return {file, static_cast<uint32_t>(at), static_cast<uint32_t>(at + length)};
}

// The length of an invisible character at `at`: bidirectional controls, zero-width characters, the
// byte order mark, line and paragraph separators, C1 controls. 0 when there is none.
size_t hidden_character(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(at);
  const unsigned second = byte(at + 1);
  const unsigned third = byte(at + 2);
  if (first == 0xC2 && (second < 0xA0 || second == 0xAD)) return 2;  // C1, soft hyphen
  if (first == 0xE2 && second == 0x80) {
    const bool zero_width = third >= 0x8B && third <= 0x8F;
    const bool separator_or_bidi = third >= 0xA8 && third <= 0xAE;
    return zero_width || separator_or_bidi ? 3 : 0;
  }
  if (first == 0xE2 && second == 0x81 && third >= 0xA0 && third <= 0xAF) return 3;  // isolates
  if (first == 0xEF && second == 0xBB && third == 0xBF) return 3;                   // U+FEFF
  return 0;
}

std::optional<Diagnostic> find_control(std::string_view text, FileId file) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\t' || byte == '\n') continue;
    if (byte == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (byte == 0) {
      return Diagnostic{.kind = Kind::nul_byte,
                        .span = byte_span(file, i),
                        .message = "the file holds a NUL byte, so it is no policy text",
                        .help = "save the policy as UTF-8 text"};
    }
    const size_t hidden =
        byte < 0x80 ? size_t{byte < 0x20 || byte == 0x7F} : hidden_character(text, i);
    if (hidden == 0) continue;
    const std::string shown = printable(text.substr(i, hidden));
    return Diagnostic{
        .kind = Kind::hidden_character,
        .span = byte_span(file, i, hidden),
        .message = fmt::format("the character `{}` cannot be seen by a reader", shown),
        .help = byte == '\r'            ? "end each line with a line feed"
                : i == 0 && hidden == 3 ? "save the file as UTF-8 without a byte order mark"
                                        : "remove it; in a pattern, match it with `?`"};
  }
  return std::nullopt;
}

// Where a run of bytes without blanks opens more braces than allowed: the one nesting that the
// lexer follows. Texts and comments don't count. (Braces apart from words never nest in the
// grammar.)
std::optional<size_t> find_too_deep(std::string_view text) {
  size_t depth = 0;
  bool in_text = false;
  bool may_start = true;  // a comment
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escape = c == '\\' && i + 1 < text.size() && text[i + 1] != '\n';
    if (c == '\n' || (!in_text && (c == ' ' || c == '\t'))) {
      in_text = false;
      depth = 0;
      may_start = true;
    } else if (escape) {
      ++i;
      may_start = false;
    } else if (c == '"') {
      in_text = !in_text;
      depth = 0;
      may_start = !in_text;
    } else if (c == '#' && may_start && !in_text) {
      i = text.find('\n', i);
      if (i == std::string_view::npos) break;
      depth = 0;
    } else if (!in_text) {
      if (c == '{' && ++depth > kMaxNesting) return i;
      if (c == '}' && depth > 0) --depth;
      may_start = depth == 0 && (c == ',' || c == '=' || c == '}');
    }
  }
  return std::nullopt;
}

}  // namespace

bool check_text(const Sources& sources, FileId file, Diagnostics& diagnostics) {
  const std::string_view text = sources.text(file);
  if (const size_t at = find_invalid_utf8(text); at != std::string_view::npos) {
    diagnostics.report(
        {.kind = Kind::not_utf8,
         .span = byte_span(file, at),
         .message = fmt::format("the byte `{}` is not UTF-8", printable(text.substr(at, 1))),
         .help = "save the policy as UTF-8 text"});
    return false;
  }
  if (std::optional<Diagnostic> fault = find_control(text, file)) {
    diagnostics.report(std::move(*fault));
    return false;
  }
  if (const auto at = find_too_deep(text)) {
    diagnostics.report(
        {.kind = Kind::nested_too_deep,
         .span = byte_span(file, *at),
         .message = fmt::format("braces are nested deeper than {} levels", kMaxNesting),
         .help = "close the braces that stand open before this one"});
    return false;
  }
  return true;
}

}  // namespace sbxc
