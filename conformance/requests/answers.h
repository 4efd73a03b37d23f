// What the probe program says while it works through a list: its lines, read as they come.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbxc::conform {

struct TrialAnswer {
  bool reached = false;
  std::string got;      // all bytes that were obtained
  std::string refused;  // `open: EACCES`; the last one
};

class TrialAnswers {
 public:
  explicit TrialAnswers(size_t trials) : answers_(trials) {}

  // Bytes that are no answer are left out: whatever a sandbox writes before the command begins.
  void take(std::string_view bytes);

  const std::vector<TrialAnswer>& all() const { return answers_; }
  std::optional<size_t> current() const { return current_; }
  bool ended() const { return ended_; }

 private:
  void take_line(std::string_view line);

  std::vector<TrialAnswer> answers_;
  std::optional<size_t> current_;
  std::string pending_;  // a line without its end
  size_t body_ = 0;      // bytes of a `got` that are still to come, with the end of line
  bool ended_ = false;
};

}  // namespace sbxc::conform
