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

// `info` is of what stands at `from`. Both names themselves may be written to already. Links are
// judged by their text. Zero or a negative errno.
Outcome may_move_below(Judge& judge, const Found& from, const Found& to, const struct stat& info,
                       Refusal& refusal);

Outcome link_text(int directory, const std::string& name, std::string& out);

}  // namespace sbxc::broker
