// Whether what stands at one name may get another one, with all that is below it.
#pragma once

#include <sys/stat.h>

#include <string>

#include "runtime/broker/judge.h"
#include "runtime/broker/resolve.h"

namespace sbxc::broker {

struct Refusal {
  int error = 0;       // EACCES: `path` may not be written to; EXDEV: a right would be gained
  std::string path{};  // what decided
};

// Whether names of sockets decide about connecting: then no socket gets a name that may be
// connected to from one that may not.
enum class SocketNames { matter, do_not };

// `info` is of what stands at `from`. Both names themselves may be written to already. Links are
// judged by their text. Zero or a negative errno.
Outcome may_move_below(Judge& judge, const Found& from, const Found& to, const struct stat& info,
                       SocketNames sockets, Refusal& refusal);

bool gains_socket(Judge& judge, SocketNames sockets, const struct stat& info,
                  const std::string& from, const std::string& to);

Outcome link_text(int directory, const std::string& name, std::string& out);

}  // namespace sbxc::broker
