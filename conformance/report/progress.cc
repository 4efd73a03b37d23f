#include "conformance/report/progress.h"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "compiler/diag/printable.h"
#include "conformance/report/wrapped.h"

namespace sbxc::conform {

namespace {

constexpr std::chrono::milliseconds kBetween{100};

bool can_erase(int fd) {
  const char* term = std::getenv("TERM");
  return isatty(fd) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

size_t columns_of(int fd) {
  winsize size{};
  return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// A terminal that takes nothing more must not end a run.
void put(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n <= 0) return;
    text.remove_prefix(static_cast<size_t>(n));
  }
}

}  // namespace

std::string progress_line(std::string_view id, size_t done, size_t total, size_t escaped,
                          std::chrono::seconds since, size_t columns) {
  std::string line = fmt::format("{} of {}", done, total);
  if (escaped > 0) line += fmt::format(", {} escaped", escaped);
  line += fmt::format(", {} s  {}", since.count(), printable(id));
  return shortened(line, columns > 1 ? columns - 1 : 1);
}

Progress::Progress(int fd, Clock::time_point started)
    : fd_(fd), shows_(can_erase(fd)), started_(started), next_(started + std::chrono::seconds(1)) {}

Progress::~Progress() { erase(); }

void Progress::ended(const ProbeOutcome& outcome, size_t done, size_t total,
                     Clock::time_point now) {
  if (kind_of(outcome.verdict) == VerdictKind::escaped) ++escaped_;
  if (!shows_ || now < next_) return;
  const auto since = std::chrono::duration_cast<std::chrono::seconds>(now - started_);
  put(fd_, "\r" + progress_line(outcome.probe.id, done, total, escaped_, since, columns_of(fd_)) +
               "\x1b[K");
  drawn_ = true;
  next_ = now + kBetween;
}

void Progress::erase() {
  if (drawn_) put(fd_, "\r\x1b[K");
  drawn_ = false;
}

}  // namespace sbxc::conform
