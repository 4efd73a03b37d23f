// A terminal of the command's own, between it and the person's. A command that had the person's
// could type into it (TIOCSTI) what a shell reads when the command is gone; into its own it may
// type what it likes. This process copies bytes both ways, sets the person's terminal to pass every
// key on as it is, and tells the command's of a new size.
//
// The keys for a stop (Ctrl-Z) reach the command's own session, so a shell inside has job control;
// what started sbxc cannot stop the command.
#pragma once

#include <termios.h>

#include <array>
#include <optional>
#include <string>

#include "runtime/descriptor/descriptor.h"
#include "runtime/launch/failure.h"

namespace sbxc::plain {

class OwnTerminal {
 public:
  // For those of the three standard descriptors that are terminals. None is: no terminal is made.
  static launch::Result<OwnTerminal> open();

  explicit operator bool() const { return static_cast<bool>(master_); }
  bool stands_for(int number) const { return terminals_[static_cast<size_t>(number)]; }

  // In the command's process, a session leader: makes it the controlling terminal.
  bool take_control() const;
  int command_end() const { return slave_.get(); }
  void close_command_end() { slave_.reset(); }

  // From here on keys are passed on as they are, if the person's terminal is this process's to set.
  void pass_keys();
  // A copy of the person's terminal and how it was, for who restores it; -1: there is nothing to.
  int person() const { return raw_ ? person_.get() : -1; }
  const termios& as_it_was() const { return as_it_was_; }
  void restore();

  // What to wait for, and what to do when it is there.
  int keys() const { return keys_open_ ? person_.get() : -1; }
  int output() const { return output_open_ ? master_.get() : -1; }
  bool has_pending_keys() const { return !pending_.empty(); }
  void take_keys();
  void put_keys();
  void take_output();
  void take_size();

 private:
  std::array<bool, 3> terminals_{};
  Descriptor person_;
  Descriptor master_;
  Descriptor slave_;
  std::string pending_;  // keys that the command has not taken yet
  termios as_it_was_{};
  bool raw_ = false;
  bool keys_open_ = false;
  bool output_open_ = false;
  int output_number_ = 1;
};

}  // namespace sbxc::plain
