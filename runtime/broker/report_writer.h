// Writes reports without ever waiting: what the pipe does not take, what repeats itself and what
// comes faster than anybody reads is counted and left out, so that a command that is denied a
// million times neither stalls the broker nor fills a disk.
#pragma once

#include <array>
#include <cstdint>

#include "runtime/broker/report.h"

namespace sbxc::broker {

class ReportWriter {
 public:
  static constexpr uint64_t kBurst = 2000;

  // `pipe` is set to not block. Negative: nothing is written. `burst`: how many at once; from then
  // on some a second.
  explicit ReportWriter(int pipe, uint64_t burst = kBurst);

  void write(Report report);

 private:
  bool has_been_told(const Report& report);
  bool may_write_now();

  int pipe_;
  uint64_t burst_;
  uint64_t dropped_ = 0;
  std::array<uint64_t, 512> told_{};  // hashes, each in its slot
  uint64_t allowance_;
  int64_t last_refill_ = 0;  // in milliseconds
};

}  // namespace sbxc::broker
