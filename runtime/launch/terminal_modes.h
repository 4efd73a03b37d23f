// The modes of the terminal as they were before the command: one that ends without echo, or in raw
// mode, would leave whoever types the next line there blind. A shell does the same after a job of
// its own that was killed.
//
// Left alone where somebody else is in the foreground by then.
#pragma once

#include <termios.h>

#include <optional>

namespace sbxc::launch {

class TerminalModes {
 public:
  TerminalModes();
  ~TerminalModes();
  TerminalModes(const TerminalModes&) = delete;
  TerminalModes& operator=(const TerminalModes&) = delete;

 private:
  int terminal_ = -1;
  std::optional<termios> before_;
};

}  // namespace sbxc::launch
