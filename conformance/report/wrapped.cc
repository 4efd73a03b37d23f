#include "conformance/report/wrapped.h"

#include <algorithm>

#include "compiler/diag/printable.h"

namespace sbxc::conform {

namespace {

// The offset behind `count` characters, or the end.
size_t offset_of(std::string_view text, size_t count) {
  size_t at = 0;
  while (at < text.size()) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (begins && count-- == 0) break;
    ++at;
  }
  return at;
}

// How much of the text stands on one line of `width` characters.
size_t line_length(std::string_view text, size_t width) {
  const size_t fits = offset_of(text, width);
  if (fits == text.size()) return fits;
  if (text[fits] == ' ') return fits;
  const size_t space = text.substr(0, fits).rfind(' ');
  return space == std::string_view::npos || space == 0 ? fits : space;
}

}  // namespace

std::string wrapped(std::string_view text, size_t indent, size_t columns) {
  const size_t width = std::max<size_t>(columns > indent ? columns - indent : 0, 20);
  std::string out;
  do {
    const size_t length = line_length(text, width);
    if (!out.empty()) out.append(indent, ' ');
    out += text.substr(0, length);
    out += '\n';
    text.remove_prefix(length);
    if (text.starts_with(' ')) text.remove_prefix(1);
  } while (!text.empty());
  return out;
}

std::string padded(std::string text, size_t width) {
  const size_t taken = display_width(text);
  if (taken < width) text.append(width - taken, ' ');
  return text;
}

std::string shortened(std::string_view text, size_t width) {
  if (display_width(text) <= width) return std::string(text);
  return std::string(text.substr(0, offset_of(text, width - 1))) + "…";
}

}  // namespace sbxc::conform
