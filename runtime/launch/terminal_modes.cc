#include "runtime/launch/terminal_modes.h"

#include <unistd.h>

#include "runtime/protections/protections.h"

namespace sbxc::launch {

TerminalModes::TerminalModes() {
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    termios modes{};
    if (tcgetattr(number, &modes) != 0) continue;
    terminal_ = number;
    before_ = modes;
    return;
  }
}

TerminalModes::~TerminalModes() {
  if (!protections::is_on(protections::Protection::terminal_modes)) return;
  // From the background this would stop us.
  if (before_ && tcgetpgrp(terminal_) == getpgrp()) tcsetattr(terminal_, TCSANOW, &*before_);
}

}  // namespace sbxc::launch
