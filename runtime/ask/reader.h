// The process that talks with a terminal. It is a session of its own, so job control does not
// concern it: it reads and writes whichever job is at the front, stops nobody by doing so, and
// takes the terminal from nobody. Who starts it sees to it that the terminal is with the sandbox,
// and ends it as soon as that is not so. Writing may be held up (Ctrl-S) for as long as the person
// likes; nobody else waits.
#pragma once

#include <sys/types.h>

#include <string_view>

#include "runtime/descriptor/descriptor.h"

namespace sbxc::ask {

struct Script {
  std::string_view question;
  std::string_view again;   // after an answer that is none
  std::string_view always;  // after `always`
};

struct Reader {
  pid_t process = -1;
  Descriptor answer{};  // a Word as one byte, or its end without one
  Descriptor words{};   // what is written here is shown, and then it ends
};

// A negative process: none could be made. What `script` views is copied.
Reader start_reader(int terminal, const Script& script);

}  // namespace sbxc::ask
