// Finds a form again by its first line. Comments are left out and strings are kept as they are, so
// that what is shown can be pasted into a search.
#include "backends/seatbelt/read/read_texts.h"

#include <algorithm>

namespace sbxc::sbpl {
namespace {

std::string_view from_line(std::string_view text, uint32_t line) {
  for (uint32_t at = 1; at < line; ++at) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text;
}

// Collects bytes with runs of white space as one blank.
class OneLine {
 public:
  void add(char c) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (blank) {
      pending_ = !text_.empty();
      return;
    }
    if (pending_) text_ += ' ';
    pending_ = false;
    text_ += c;
  }
  bool full() const { return text_.size() >= kShownForm; }
  std::string take() && { return full() ? std::move(text_) + " …" : std::move(text_); }

 private:
  std::string text_;
  bool pending_ = false;
};

}  // namespace

uint32_t ReadTexts::add(std::string import, std::string_view text) {
  const uint32_t first = next_line_;
  texts_.push_back({std::move(import), first, std::string(text)});
  next_line_ += static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  return first;
}

const ReadTexts::Text* ReadTexts::find(uint32_t line) const {
  const Text* found = nullptr;
  for (const Text& text : texts_) {
    if (line >= text.first_line) found = &text;
  }
  return line == 0 ? nullptr : found;
}

Place ReadTexts::place_of(uint32_t line) const {
  const Text* text = find(line);
  if (text == nullptr) return {};
  return {text->import, line - text->first_line + 1};
}

std::string ReadTexts::form_at(uint32_t line) const {
  const Text* text = find(line);
  if (text == nullptr) return {};
  std::string_view rest = from_line(text->bytes, line - text->first_line + 1);
  OneLine out;
  size_t depth = 0;
  while (!rest.empty() && !out.full()) {
    const char c = rest[0];
    if (c == ';') {
      const size_t end = rest.find('\n');
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end);
      continue;
    }
    if (c == '"') {
      size_t end = 1;
      while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
      end = std::min(end + 1, rest.size());
      for (const char inside : rest.substr(0, end)) out.add(inside);
      rest.remove_prefix(end);
      continue;
    }
    if (c == ')' && depth == 0) break;
    out.add(c);
    rest.remove_prefix(1);
    if (c == '(') ++depth;
    if (c == ')' && --depth == 0) break;
  }
  return std::move(out).take();
}

}  // namespace sbxc::sbpl
