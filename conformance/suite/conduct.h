// What a command did, as far as it was seen from outside: what it said, how it ended, what its
// processes looked like when it asked to be looked at.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/outcome.h"

namespace sbxc::conform {

enum class Ending : uint8_t { none, done, refused, cannot };

// A process of the attempt while it waited in hold().
struct SeenProcess {
  pid_t pid = 0;
  std::map<std::string, std::string> status;  // fields of /proc/PID/status
  std::vector<std::string> descriptors;       // where each of /proc/PID/fd leads
  bool closed = false;                        // whoever looks may not know its descriptors
};

struct Conduct {
  bool started = false;  // the attempt's first line was heard
  Ending ending = Ending::none;
  std::vector<Refusal> refusals;
  std::string cannot;     // why, when it said so
  std::string out;        // standard output, whole but for what is above a limit
  std::string error;      // standard error, likewise
  std::string elsewhere;  // what props received: sent over sockets, written to terminals, …
  int status = -1;        // the sandbox's exit status, 128 + the signal
  bool timed_out = false;
  Milliseconds took{};
  std::vector<SeenProcess> waiting;
  std::vector<std::string> alive;  // the attempt's processes that outlived the sandbox
  std::string unseen;              // why evidence may have been missed; empty: it was not
};

// Reads the lines that an attempt says (attempts/main.c) as they come.
class Listener {
 public:
  // What was asked for since: the words of hold().
  std::vector<std::string> take(std::string_view bytes, Conduct& conduct);

 private:
  std::string pending_;
  size_t to_skip_ = 0;  // bytes of a `got` that are still to come
};

}  // namespace sbxc::conform
