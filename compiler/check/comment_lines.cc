// Where a statement begins and ends is seen from its lines: a list goes on after a comma, a clause
// may stand on a line of its own, and what is indented deeper belongs to what stands above. A `#`
// starts a comment where no text in quotes is open and no word goes on; text in quotes ends with
// its line at the latest.
#include "compiler/check/comment_lines.h"

#include <algorithm>

namespace sbxc {

namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr std::string_view kBlanks = " \t\r";

// Where a comment starts in a line.
size_t comment_in(std::string_view line) {
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == '#' && !quoted) {
      const bool starts_word = i == 0 || std::string_view(" \t,={}\"").find(line[i - 1]) != kNone;
      if (starts_word) return i;
    }
  }
  return kNone;
}

struct Line {
  uint32_t begin = 0;
  std::string_view code;     // without the comment and the blanks before it
  std::string_view comment;  // empty: none
  size_t indent = 0;

  bool is_empty() const { return code.empty() && comment.empty(); }
  bool is_comment() const { return code.empty() && !comment.empty(); }
  uint32_t code_end() const { return static_cast<uint32_t>(begin + code.size()); }
};

std::string_view without_blanks_behind(std::string_view text) {
  const size_t last = text.find_last_not_of(kBlanks);
  return last == kNone ? std::string_view() : text.substr(0, last + 1);
}

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const size_t comment = comment_in(line);
    lines.push_back({.begin = static_cast<uint32_t>(at),
                     .code = without_blanks_behind(line.substr(0, comment)),
                     .comment = comment == kNone ? std::string_view()
                                                 : without_blanks_behind(line.substr(comment)),
                     .indent = line.find_first_not_of(kBlanks)});
    at = end + 1;
  }
  return lines;
}

class Comments {
 public:
  explicit Comments(std::string_view text) : lines_(lines_of(text)) {}

  std::vector<StatementComment> with(std::string_view mark, std::string_view text) const {
    std::vector<StatementComment> all;
    for (size_t i = 0; i < lines_.size(); ++i) {
      const std::string_view comment = lines_[i].comment;
      if (!comment.starts_with(mark)) continue;
      const auto begin = static_cast<uint32_t>(comment.data() - text.data());
      StatementComment one{begin, static_cast<uint32_t>(begin + comment.size()), 0, 0};
      const size_t first = lines_[i].is_comment() ? code_below(i) : start_of(i);
      if (first < lines_.size()) {
        one.statement_begin = lines_[first].begin;
        one.statement_end = lines_[end_of(first)].code_end();
      }
      all.push_back(one);
    }
    return all;
  }

 private:
  // The number of lines if there is none.
  size_t code_below(size_t comment) const {
    size_t i = comment;
    while (i < lines_.size() && lines_[i].is_comment()) ++i;
    return i < lines_.size() && !lines_[i].is_empty() ? i : lines_.size();
  }

  size_t start_of(size_t i) const {
    for (size_t above = i; above-- > 0;) {
      if (lines_[above].code.empty()) continue;
      if (!goes_on(above, i)) break;
      i = above;
    }
    return i;
  }

  size_t end_of(size_t first) const {
    size_t last = first;
    for (size_t i = first + 1; i < lines_.size(); ++i) {
      if (lines_[i].code.empty()) continue;
      if (!goes_on(last, i) && lines_[i].indent <= lines_[first].indent) break;
      last = i;
    }
    return last;
  }

  // Whether the code of line `next` continues the statement of line `before`, the code above it.
  bool goes_on(size_t before, size_t next) const {
    if (lines_[before].code.ends_with(',')) return true;
    const std::string_view code = lines_[next].code.substr(lines_[next].indent);
    const std::string_view word = code.substr(0, code.find_first_of(" \t"));
    return word == "except" || word == "because" || word == "accept";
  }

  std::vector<Line> lines_;
};

}  // namespace

std::vector<StatementComment> comments_with(std::string_view mark, std::string_view text) {
  if (text.find(mark) == kNone) return {};  // long lists of hosts are looked at no closer
  return Comments(text).with(mark, text);
}

}  // namespace sbxc
