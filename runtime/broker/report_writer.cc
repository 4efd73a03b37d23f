#include "runtime/broker/report_writer.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

namespace sbxc::broker {

namespace {

constexpr uint64_t kPerSecond = 200;

int64_t now_in_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

// FNV-1a. Whoever makes two paths collide keeps their own denial out of the report.
uint64_t hash(uint64_t seed, std::string_view bytes) {
  for (const char c : bytes) seed = (seed ^ static_cast<uint8_t>(c)) * 0x100000001b3U;
  return (seed ^ 0xff) * 0x100000001b3U;
}

}  // namespace

ReportWriter::ReportWriter(int pipe, uint64_t burst)
    : pipe_(pipe), burst_(burst), allowance_(burst) {
  if (pipe_ < 0) return;
  const int flags = fcntl(pipe_, F_GETFL);
  fcntl(pipe_, F_SETFL, flags | O_NONBLOCK);
  last_refill_ = now_in_milliseconds();
}

bool ReportWriter::has_been_told(const Report& report) {
  uint64_t sum = 0xcbf29ce484222325U + static_cast<uint64_t>(report.operation) +
                 (static_cast<uint64_t>(report.unseen) << 8U);
  sum = hash(hash(sum, report.path), report.second) + static_cast<uint64_t>(report.call);
  uint64_t& slot = told_[sum % told_.size()];
  const bool before = slot == sum;
  slot = sum;
  return before;
}

bool ReportWriter::may_write_now() {
  const int64_t now = now_in_milliseconds();
  const auto earned = static_cast<uint64_t>(now - last_refill_) * kPerSecond / 1000;
  if (earned > 0) {
    allowance_ = std::min(burst_, allowance_ + earned);
    last_refill_ = now;
  }
  if (allowance_ == 0) return false;
  --allowance_;
  return true;
}

void ReportWriter::write(Report report) {
  if (pipe_ < 0) return;
  // What was left out once is left out again until something else takes its place.
  if (has_been_told(report)) return;
  if (!may_write_now()) {
    ++dropped_;
    return;
  }
  report.dropped = dropped_;
  const std::string bytes = encode(report);
  if (::write(pipe_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size())) {
    dropped_ = 0;
  } else {
    ++dropped_;
  }
}

}  // namespace sbxc::broker
