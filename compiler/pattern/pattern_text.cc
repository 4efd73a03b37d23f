#include "compiler/pattern/pattern_text.h"

namespace sbxc {

namespace {

PatternText typed(std::string_view text, Span span, bool literal) {
  PatternText out;
  out.span = span;
  out.written = text;
  out.bytes.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    out.bytes.push_back({text[i], literal, span.begin + static_cast<uint32_t>(i)});
  }
  return out;
}

}  // namespace

PatternText PatternText::plain(std::string_view text, Span span) {
  if (span.end == span.begin) span.end = span.begin + static_cast<uint32_t>(text.size());
  return typed(text, span, false);
}

PatternText PatternText::verbatim(std::string_view text, Span span) {
  if (span.end == span.begin) span.end = span.begin + static_cast<uint32_t>(text.size());
  return typed(text, span, true);
}

std::string PatternText::str() const {
  std::string out(bytes.size(), '\0');
  for (size_t i = 0; i < bytes.size(); ++i) out[i] = bytes[i].value;
  return out;
}

// A literal byte may stand for more source than itself (`\*`, `$workspace`): it reaches to where
// the next byte begins.
Span PatternText::at(size_t from, size_t to) const {
  if (bytes.empty() || from >= bytes.size()) return {span.file, span.end, span.end};
  if (to > bytes.size()) to = bytes.size();
  const uint32_t begin = bytes[from].offset;
  if (to <= from) return {span.file, begin, begin};
  const PatternByte& last = bytes[to - 1];
  uint32_t end = last.offset + 1;
  if (last.literal) {
    size_t next = to;
    while (next < bytes.size() && bytes[next].offset <= last.offset) ++next;
    end = next < bytes.size() ? bytes[next].offset : span.end;
  }
  return {span.file, begin, end > begin ? end : begin + 1};
}

}  // namespace sbxc
