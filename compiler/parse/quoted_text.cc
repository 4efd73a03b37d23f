#include "compiler/parse/quoted_text.h"

#include <fmt/core.h>

#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

// One character of valid UTF-8 at `at`.
std::string_view character_at(std::string_view text, size_t at) {
  size_t length = 1;
  while (at + length < text.size() &&
         (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80)
    ++length;
  return text.substr(at, length);
}

}  // namespace

ast::Text unquote(const Sources& sources, Span span, Diagnostics& diagnostics) {
  const std::string_view raw = sources.text(span);
  ast::Text out{span, {}};
  out.value.reserve(raw.size());
  for (size_t i = 1; i + 1 < raw.size(); ++i) {
    if (raw[i] != '\\') {
      out.value += raw[i];
      continue;
    }
    const std::string_view next = character_at(raw, ++i);
    if (next == "n") {
      out.value += '\n';
    } else if (next == "t") {
      out.value += '\t';
    } else if (next == "\"" || next == "\\") {
      out.value += next;
    } else {
      const auto begin = static_cast<uint32_t>(span.begin + i - 1);
      const auto length = static_cast<uint32_t>(next.size() + 1);
      diagnostics.report(
          {.kind = Kind::bad_escape,
           .span = Span{span.file, begin, begin + length},
           .message = fmt::format("`\\{}` is no escape of a quoted text", printable(next)),
           .help =
               "the escapes are `\\\"`, `\\\\`, `\\n` and `\\t`; a backslash itself is `\\\\`"});
      i += next.size() - 1;
    }
  }
  return out;
}

}  // namespace sbxc
