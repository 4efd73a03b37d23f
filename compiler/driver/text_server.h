// Answers HTTP requests for one text: `GET /metrics`. For readers on this machine, a few at a time:
// each gets two seconds, one answer, and is closed. Never waits; whoever polls asks it what for.
#pragma once

#include <poll.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "runtime/descriptor/descriptor.h"

namespace sbxc::driver {

class TextServer {
 public:
  // `listener` is listening. `text` is called for every answer.
  TextServer(int listener, std::function<std::string()> text);

  // What to wait for, at most until milliseconds_left(), and what to do then.
  void add_to(std::vector<pollfd>& watched) const;
  void step();
  int milliseconds_left() const;  // -1: forever

 private:
  using Clock = std::chrono::steady_clock;
  struct Reader {
    Descriptor socket;
    std::string request{};
    std::string answer{};
    Clock::time_point deadline{};
    bool done = false;
  };

  void accept_readers();
  void read_request(Reader& reader) const;
  static void write_answer(Reader& reader);

  int listener_;
  std::function<std::string()> text_;
  std::vector<Reader> readers_;
};

}  // namespace sbxc::driver
