// How long the egress proxy waits for others, how much it does for them at once, and what it
// counts.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sbxc::egress {

struct Timeouts {
  using Time = std::chrono::milliseconds;
  Time head{30'000};              // from accepting to a whole request head, greeting or ClientHello
  Time resolve{10'000};           // one name
  Time stagger{250};              // before the next address is dialled beside one that is silent
  Time connect{20'000};           // all addresses of one name
  Time idle{2 * 60 * 60'000};     // no byte either way
  Time half_closed{10 * 60'000};  // the same, where one side has said its last
  Time name_cache{3'000};         // addresses of a name are asked for again after this
  Time linger{2'000};             // a refused client may still read why
  Time parting{0};                // after `stop`, for what clients said last; 0: it is cut off
  Time parting_open{1'000};       // of that, for one that is not connected yet
  Time parting_still{5'000};      // and for one of whose bytes none gets on
};

// `parting` beside a command: what it sends and does not wait for.
inline constexpr Timeouts::Time kPartingOfARun{10'000};

struct Limits {
  size_t sessions = 16'384;  // more are not accepted until some end
  size_t resolver_threads = 8;
  size_t waiting_names = 512;        // names that wait for one of them
  size_t buffer_bytes = 256 * 1024;  // the one buffer that everything is copied through
  size_t reports_a_second = 200;     // records on `reports`; more are counted only
};

// Counters that may be read by another thread, or another process through shared memory.
struct Metrics {
  std::atomic<uint64_t> accepted{0};  // connections
  std::atomic<uint64_t> open{0};      // now
  std::atomic<uint64_t> requests{0};  // judged: one a connection, and one each HTTP request
  std::atomic<uint64_t> denied{0};
  std::atomic<uint64_t> failed{0};     // allowed, but not resolved or reached
  std::atomic<uint64_t> bytes_out{0};  // from clients
  std::atomic<uint64_t> bytes_in{0};   // to clients
  std::atomic<uint64_t> dns_queries{0};
  std::atomic<uint64_t> dns_denied{0};
  std::atomic<uint64_t> reloads{0};
  std::atomic<uint64_t> out_of_descriptors{0};  // times that accepting paused for it
};

}  // namespace sbxc::egress
