// The inside is not trusted to number well: a number that is not on the list is no answer, and a
// length is only how much of what follows is no line.
#include "conformance/requests/answers.h"

#include <algorithm>
#include <charconv>

#include "conformance/suite/error_names.h"

namespace sbxc::conform {

namespace {

constexpr size_t kMostPending = 4096;
constexpr size_t kMostObtained = 1U << 20;

std::optional<size_t> number_behind(std::string_view line, std::string_view word) {
  if (!line.starts_with(word)) return std::nullopt;
  line.remove_prefix(word.size());
  size_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc() || end != line.data() + line.size()) return std::nullopt;
  return number;
}

// `refused open 13`
std::string refusal_in(std::string_view line) {
  const size_t blank = line.rfind(' ');
  const auto error = number_behind(line.substr(blank), " ");
  const std::string call(line.substr(8, blank - std::min<size_t>(blank, 8)));
  return call + ": " + (error ? error_name(static_cast<int>(*error)) : "?");
}

}  // namespace

void TrialAnswers::take(std::string_view bytes) {
  while (!bytes.empty()) {
    if (body_ > 0) {
      const size_t n = std::min(body_, bytes.size());
      body_ -= n;
      // The last byte is the end of line.
      const size_t kept = body_ == 0 ? n - 1 : n;
      if (current_ && answers_[*current_].got.size() < kMostObtained) {
        answers_[*current_].got += bytes.substr(0, kept);
      }
      bytes.remove_prefix(n);
      continue;
    }
    const size_t end = bytes.find('\n');
    const size_t room = kMostPending - pending_.size();
    pending_ += bytes.substr(0, std::min(std::min(end, bytes.size()), room));
    if (end == std::string_view::npos) return;
    take_line(pending_);
    pending_.clear();
    bytes.remove_prefix(end + 1);
  }
}

void TrialAnswers::take_line(std::string_view line) {
  if (const auto number = number_behind(line, "request ")) {
    current_.reset();
    if (*number >= answers_.size()) return;
    current_ = number;
    answers_[*number].reached = true;
  } else if (const auto size = number_behind(line, "got ")) {
    body_ = *size + 1;
    if (current_) answers_[*current_].got += '\n';
  } else if (current_ && line.starts_with("refused ") && line.rfind(' ') >= 8) {
    answers_[*current_].refused = refusal_in(line);
  } else if (current_ && line.starts_with("cannot ")) {
    answers_[*current_].refused = line.substr(7);
  } else if (line.starts_with("end ")) {
    ended_ = true;
    current_.reset();
  }
}

}  // namespace sbxc::conform
