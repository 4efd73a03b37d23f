// Writes reports without ever waiting: what the pipe does not take, what repeats itself and what
// comes faster than anybody reads is counted and left out, so that a command that is denied a
// million times neither stalls the proxy nor fills a disk.
#pragma once

#include <array>
#include <cstdint>

#include "runtime/egress/report.h"

namespace sbxc::egress {

class Reports {
 public:
  // `pipe` is set to not block. Negative: nothing is written.
  Reports(int pipe, size_t a_second);
  // Tells what was counted and not told yet.
  ~Reports();
  Reports(const Reports&) = delete;
  Reports& operator=(const Reports&) = delete;

  // `now` in milliseconds, of any clock that does not go back.
  void write(const Report& report, int64_t now);

 private:
  struct Told {
    uint64_t sum = 0;
    int64_t when = 0;
    uint32_t repeated = 0;
    Report report{};
  };
  bool may_write_now(int64_t now);
  void put(const Report& report);

  int pipe_;
  uint64_t a_second_;
  uint64_t allowance_;
  uint64_t dropped_ = 0;
  int64_t last_refill_ = 0;
  std::array<Told, 64> told_{};
};

}  // namespace sbxc::egress
