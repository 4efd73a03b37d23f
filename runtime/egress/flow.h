// One direction of a tunnel. Bytes go through one buffer that all flows of the process share, and
// nothing is kept while the receiver takes what comes. What a short send leaves over is kept by the
// flow, which reads no more until it is gone; how much is read at once becomes less as more is kept
// over, so that a thousand slow readers cost little.
//
// An end goes on as an end: when the sender has said its last and all of it was passed on, the
// receiver is told (shutdown), and the other direction stays open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "runtime/egress/egress.h"
#include "runtime/egress/loop.h"

namespace sbxc::egress {

struct Copier {
  Copier(size_t size, Metrics& counters) : buffer(size), metrics(counters) {}
  size_t chunk() const;

  std::vector<char> buffer;
  Metrics& metrics;
  size_t kept = 0;  // bytes that flows have left over
};

class Flow {
 public:
  enum class Way : uint8_t { out, in };  // from the client, to the client
  enum class Outcome : uint8_t {
    going,
    ended,          // the receiver was told the end
    sender_gone,    // reset
    receiver_gone,  // takes no more
  };

  explicit Flow(Way way) : way_(way) {}
  ~Flow() = default;
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  // `from` may be read.
  Outcome pump(Watch& from, Watch& to, Copier& copier);
  // `to` may be written to.
  Outcome flush(Watch& from, Watch& to, Copier& copier);
  // Sends bytes that were read already, behind what is left over.
  Outcome give(std::string_view bytes, Watch& to, Copier& copier);
  // Nothing more comes from the sender.
  Outcome finish(Watch& to);
  // Reads on, unless something is left over or the end was seen.
  void await(Watch& from);

  bool has_rest() const { return rest_size_ != 0; }
  bool is_ended() const { return state_ == State::ended; }
  void drop(Copier& copier);    // all of it; ended
  void reset(Copier& copier) {  // for another receiver
    drop(copier);
    state_ = State::open;
  }

 private:
  enum class State : uint8_t { open, ending, ended };
  void keep(std::string_view bytes, Copier& copier);
  void count(size_t bytes, Copier& copier) const;

  std::unique_ptr<char[]> rest_;
  uint32_t rest_size_ = 0;
  uint32_t rest_sent_ = 0;
  State state_ = State::open;
  Way way_;
};

}  // namespace sbxc::egress
