#include "conformance/suite/conduct.h"

#include <algorithm>
#include <charconv>

namespace sbxc::conform {

namespace {

constexpr size_t kLongestLine = 1024;

std::string_view after_word(std::string_view line, std::string_view word) {
  return line.starts_with(word) ? line.substr(word.size()) : std::string_view();
}

template <typename Number>
Number number(std::string_view text) {
  Number value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void refusal(std::string_view rest, Conduct& conduct) {
  const size_t space = rest.rfind(' ');
  if (space == std::string_view::npos || conduct.refusals.size() >= 100) return;
  conduct.refusals.push_back(
      {std::string(rest.substr(0, space)), number<int>(rest.substr(space + 1))});
}

void ending(std::string_view rest, Conduct& conduct) {
  if (rest == "done") conduct.ending = Ending::done;
  if (rest == "refused") conduct.ending = Ending::refused;
  if (rest == "cannot") conduct.ending = Ending::cannot;
}

}  // namespace

std::vector<std::string> Listener::take(std::string_view bytes, Conduct& conduct) {
  std::vector<std::string> asked;
  pending_ += bytes;
  size_t at = 0;
  for (;;) {
    const size_t skipped = std::min(to_skip_, pending_.size() - at);
    at += skipped;
    to_skip_ -= skipped;
    const size_t end = pending_.find('\n', at);
    if (to_skip_ > 0 || end == std::string::npos) break;
    const std::string_view line = std::string_view(pending_).substr(at, end - at);
    at = end + 1;
    if (line == "start") conduct.started = true;
    if (const auto rest = after_word(line, "got "); !rest.empty()) {
      to_skip_ = number<uint32_t>(rest) + size_t{1};  // and the end of line
    } else if (const auto call = after_word(line, "refused "); !call.empty()) {
      refusal(call, conduct);
    } else if (const auto why = after_word(line, "cannot "); !why.empty()) {
      conduct.cannot = why;
    } else if (const auto how = after_word(line, "end "); !how.empty()) {
      ending(how, conduct);
    } else if (const auto word = after_word(line, "holding "); !word.empty()) {
      asked.emplace_back(word);
    }
  }
  pending_.erase(0, at);
  if (pending_.size() > kLongestLine && to_skip_ == 0) pending_.erase(0, pending_.size() - 1);
  return asked;
}

}  // namespace sbxc::conform
