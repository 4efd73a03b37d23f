// The oracle of the glob tests and of the fuzzer: law 5 read off the text by plain recursion,
// sharing no code with the matcher that ships. Exponential on purpose; keep its inputs short. It
// knows
// `*`, `**`, `?`, `[ab]`, `[a-b]`, `[!a]`, escapes and braces, and takes every text for a pattern.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbxc::reference {

// Length of one unit at the front: an escape, a class, or a byte.
inline size_t unit(std::string_view p) {
  if (p[0] == '\\' && p.size() > 1) return 2;
  if (p[0] != '[') return 1;
  size_t i = p.substr(1, 1) == "!" ? 2 : 1;
  for (const size_t first = i; i < p.size() && (p[i] != ']' || i == first); ++i) {
    if (p[i] == '\\') ++i;
  }
  return i < p.size() ? i + 1 : 1;
}

inline bool in_class(std::string_view p, char c) {  // p without the brackets
  const bool negated = p.starts_with('!');
  bool found = false;
  for (size_t i = negated ? 1 : 0; i < p.size(); ++i) {
    if (p[i] == '\\') ++i;
    const auto low = static_cast<unsigned char>(p[i]);
    auto high = low;
    if (i + 2 < p.size() && p[i + 1] == '-') {
      i += p[i + 2] == '\\' ? 3 : 2;
      high = static_cast<unsigned char>(p[i]);
    }
    found =
        found || (low <= static_cast<unsigned char>(c) && static_cast<unsigned char>(c) <= high);
  }
  return found != negated;
}

// Brace expansion by text: the first group is replaced by each of its alternatives in turn.
inline std::vector<std::string> expand(const std::string& p) {
  size_t open = 0;
  while (open < p.size() && p[open] != '{') open += unit(std::string_view(p).substr(open));
  if (open == p.size()) return {p};
  std::vector<std::string> all;
  size_t depth = 0;
  size_t start = open + 1;
  std::vector<std::string> alternatives;
  size_t i = open;
  for (;; i += unit(std::string_view(p).substr(i))) {
    if (p[i] == '{') ++depth;
    if (p[i] == '}') --depth;
    if (depth == 0 || (depth == 1 && p[i] == ',')) {
      alternatives.push_back(p.substr(start, i - start));
      start = i + 1;
    }
    if (depth == 0) break;
  }
  for (const std::string& alternative : alternatives) {
    for (std::string& word : expand(p.substr(0, open) + alternative + p.substr(i + 1))) {
      all.push_back(std::move(word));
    }
  }
  return all;
}

inline std::vector<std::string> components(std::string_view text) {
  std::vector<std::string> all;
  if (text == "/") return all;
  for (size_t i = 0; i < text.size();) {
    const size_t length = unit(text.substr(i));
    if (text[i] == '/' || text.substr(i, length) == "\\/") {
      all.emplace_back();
    } else {
      all.back() += text.substr(i, length);
    }
    i += length;
  }
  return all;
}

inline bool name(std::string_view p, std::string_view s) {
  if (p.empty()) return s.empty();
  if (p[0] == '*') return name(p.substr(1), s) || (!s.empty() && name(p, s.substr(1)));
  if (s.empty()) return false;
  const size_t length = unit(p);
  const bool hit = p[0] == '?'    ? true
                   : length == 1  ? p[0] == s[0]
                   : p[0] == '\\' ? p[1] == s[0]
                                  : in_class(p.substr(1, length - 2), s[0]);
  return hit && name(p.substr(length), s.substr(1));
}

using Names = std::vector<std::string>;
inline bool path(const Names& p, size_t i, const Names& s, size_t j) {
  if (i == p.size()) return j == s.size();
  if (p[i] == "**") return path(p, i + 1, s, j) || (j < s.size() && path(p, i, s, j + 1));
  return j < s.size() && name(p[i], s[j]) && path(p, i + 1, s, j + 1);
}

inline std::vector<Names> compile(const std::string& pattern) {
  std::vector<Names> all;
  for (const std::string& word : expand(pattern)) all.push_back(components(word));
  return all;
}

inline bool matches(const std::vector<Names>& globs, const std::string& canonical_path) {
  Names names;
  for (size_t i = 0; i < canonical_path.size() && canonical_path != "/"; ++i) {
    if (canonical_path[i] == '/') {
      names.emplace_back();
    } else {
      names.back() += canonical_path[i];
    }
  }
  for (const Names& glob : globs) {
    if (path(glob, 0, names, 0)) return true;
  }
  return false;
}

}  // namespace sbxc::reference
