// What one way of asking came to. Inside this room only.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace sbxc::ask {

enum class Choice : uint8_t {
  once,      // the connections that wait now
  this_run,  // until the end
  no,        // until the end
  refused,   // the connections that wait now
  none,      // nothing was said: denied, and asked again the next time
};

struct Outcome {
  Choice choice = Choice::none;
  std::string reason;
};

// While an answer is waited for. Whoever waits looks at `withdrawn` at least every kTick.
struct Waiting {
  const std::atomic<bool>& withdrawn;
  std::chrono::milliseconds patience;
};

inline constexpr std::chrono::milliseconds kTick{100};

}  // namespace sbxc::ask
