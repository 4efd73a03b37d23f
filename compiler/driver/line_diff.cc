// Longest common subsequence by dynamic programming after common ends are cut off. Policies are
// small; beyond kMaxCells the middle is shown as replaced whole rather than taking minutes.
#include "compiler/driver/line_diff.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "compiler/diag/printable.h"

namespace sbxc::driver {

namespace {

constexpr size_t kMaxCells = 16'000'000;
constexpr size_t kContext = 3;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1);
    lines.push_back(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
  }
  return lines;
}

struct Edit {
  char mark;  // ' ', '-', '+'
  std::string_view line;
};

std::vector<Edit> edits_between(const std::vector<std::string_view>& a,
                                const std::vector<std::string_view>& b) {
  std::vector<Edit> edits;
  size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  for (size_t i = 0; i < head; ++i) edits.push_back({' ', a[i]});
  const size_t rows = a.size() - head - tail;
  const size_t columns = b.size() - head - tail;
  size_t i = 0;
  size_t j = 0;
  if (rows * columns <= kMaxCells) {
    std::vector<uint32_t> length((rows + 1) * (columns + 1));
    const auto at = [&](size_t r, size_t c) -> uint32_t& { return length[r * (columns + 1) + c]; };
    for (size_t r = rows; r-- > 0;) {
      for (size_t c = columns; c-- > 0;) {
        at(r, c) = a[head + r] == b[head + c] ? at(r + 1, c + 1) + 1
                                              : std::max(at(r + 1, c), at(r, c + 1));
      }
    }
    while (i < rows && j < columns) {
      if (a[head + i] == b[head + j]) {
        edits.push_back({' ', a[head + i]});
        ++i, ++j;
      } else if (at(i + 1, j) >= at(i, j + 1)) {
        edits.push_back({'-', a[head + i++]});
      } else {
        edits.push_back({'+', b[head + j++]});
      }
    }
  }
  while (i < rows) edits.push_back({'-', a[head + i++]});
  while (j < columns) edits.push_back({'+', b[head + j++]});
  for (size_t k = a.size() - tail; k < a.size(); ++k) edits.push_back({' ', a[k]});
  return edits;
}

}  // namespace

std::string line_diff(std::string_view before, std::string_view after, std::string_view name) {
  if (before == after) return {};
  const std::vector<Edit> edits = edits_between(lines_of(before), lines_of(after));
  std::string out = fmt::format("--- {0}\n+++ {0} (formatted)\n", printable(name));
  size_t line_a = 1;
  size_t line_b = 1;
  for (size_t i = 0; i < edits.size();) {
    size_t change = i;
    while (change < edits.size() && edits[change].mark == ' ') ++change;
    if (change == edits.size()) break;
    const size_t begin = change - std::min(kContext, change - i);
    line_a += begin - i;
    line_b += begin - i;
    size_t end = change;
    for (size_t quiet = 0; end < edits.size() && quiet <= 2 * kContext; ++end) {
      quiet = edits[end].mark == ' ' ? quiet + 1 : 0;
    }
    while (end > change && edits[end - 1].mark == ' ') --end;
    end = std::min(end + kContext, edits.size());
    size_t count_a = 0;
    size_t count_b = 0;
    std::string body;
    for (size_t k = begin; k < end; ++k) {
      count_a += edits[k].mark != '+' ? 1 : 0;
      count_b += edits[k].mark != '-' ? 1 : 0;
      std::string_view line = edits[k].line;
      if (line.ends_with('\n')) line.remove_suffix(1);
      body += fmt::format("{}{}\n", edits[k].mark, printable(line));
    }
    out += fmt::format("@@ -{},{} +{},{} @@\n{}", line_a, count_a, line_b, count_b, body);
    line_a += count_a;
    line_b += count_b;
    i = end;
  }
  return out;
}

}  // namespace sbxc::driver
