#include "conformance/suite/network/event_log.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace sbxc::conform {

namespace {

constexpr size_t kMostLines = 10'000;
constexpr size_t kLongestLine = 500;

char small(char letter) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
}

bool same_letter(char a, char b) { return small(a) == small(b); }

std::string printable_line(std::string_view line) {
  std::string text;
  for (const char byte : line.substr(0, kLongestLine)) {
    const auto value = static_cast<unsigned char>(byte);
    if (value >= 0x20 && value < 0x7f) {
      text += byte;
    } else {
      constexpr std::string_view kDigits = "0123456789abcdef";
      text += {'\\', 'x', kDigits[value >> 4], kDigits[value & 15]};
    }
  }
  return text;
}

}  // namespace

void EventLog::add(std::string_view line) {
  std::string text = printable_line(line);
  if (lines_.size() < kMostLines && known_.insert(text).second) lines_.push_back(std::move(text));
}

bool EventLog::marked(std::string_view bytes) const {
  return !nonce_.empty() && std::search(bytes.begin(), bytes.end(), nonce_.begin(), nonce_.end(),
                                        same_letter) != bytes.end();
}

bool event_matches(std::string_view pattern, std::string_view line) {
  size_t at = 0;
  size_t next = 0;
  size_t star = std::string_view::npos;
  size_t retry = 0;
  while (next < line.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      retry = next;
    } else if (at < pattern.size() && same_letter(pattern[at], line[next])) {
      ++at;
      ++next;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      next = ++retry;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

}  // namespace sbxc::conform
