#include "compiler/analysis/text_cuts.h"

#include <algorithm>

namespace sbxc {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr std::string_view kExcept = "except";

}  // namespace

void TextCuts::erase(size_t begin, size_t end) {
  std::fill(gone_.begin() + static_cast<std::ptrdiff_t>(begin),
            gone_.begin() + static_cast<std::ptrdiff_t>(end), true);
}

size_t TextCuts::visible_from(size_t at) const {
  while (at < text_.size() && (gone_[at] || is_blank(text_[at]))) ++at;
  return at < text_.size() ? at : kNone;
}

size_t TextCuts::visible_before(size_t at) const {
  while (at > 0 && (gone_[at - 1] || is_blank(text_[at - 1]))) --at;
  return at > 0 ? at - 1 : kNone;
}

bool TextCuts::cut_item(Span span) {
  const size_t behind = visible_from(span.end);
  if (behind != kNone && text_[behind] == ',') {
    const size_t next = visible_from(behind + 1);
    const bool comment = next == kNone || text_[next] == '#';
    erase(span.begin, comment ? behind + 1 : next);
    return true;
  }
  const size_t before = visible_before(span.begin);
  if (before == kNone) return false;
  if (text_[before] == ',') {
    erase(before, span.end);
    return true;
  }
  const size_t word = before + 1 - std::min(before + 1, kExcept.size());
  if (text_.substr(word, kExcept.size()) != kExcept) return false;
  const size_t last = visible_before(word);
  erase(last == kNone ? word : last + 1, span.end);
  return true;
}

void TextCuts::cut_statement(Span span) {
  erase(span.begin, span.end);
  size_t begin = span.begin;
  while (begin > 0 && (text_[begin - 1] == ' ' || text_[begin - 1] == '\t')) --begin;
  size_t end = span.end;
  while (end < text_.size() && (text_[end] == ' ' || text_[end] == '\t')) ++end;
  const bool starts_line = begin == 0 || text_[begin - 1] == '\n';
  if (!starts_line) return;
  if (end == text_.size()) {
    erase(begin, end);
  } else if (text_[end] == '\n') {
    erase(begin, end + 1);
  }
}

std::string TextCuts::rest() const {
  std::string out;
  for (size_t i = 0; i < text_.size(); ++i) {
    if (!gone_[i]) out += text_[i];
  }
  return out;
}

}  // namespace sbxc
