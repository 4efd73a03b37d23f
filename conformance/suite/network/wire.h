// What leaves any process of a world, as it passes its one interface: no program can keep a packet
// from being seen here, whatever it says that it did. Linux only.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "conformance/suite/network/event_log.h"
#include "conformance/suite/network/loop.h"

namespace sbxc::conform {

class Wire {
 public:
  // `resolver`: where questions are told by whoever answers them.
  Wire(Loop* loop, EventLog* log, std::string resolver);
  bool works() const { return packets_ >= 0; }

  // Until all that was sent before is in the log. False: something may be missing there.
  bool catch_up();

 private:
  void take();
  bool has_lost();

  Loop* loop_;
  EventLog* log_;
  std::string resolver_;
  int packets_ = -1;
  unsigned mark_ = 0;
  unsigned seen_ = 0;
  unsigned lost_ = 0;
};

}  // namespace sbxc::conform
