// What decided_profile.h leaves out of two profiles: operations of Seatbelt that carry none of the
// language's (`process-fork`, `sysctl-read`), and what rules about the others ask beyond a path, a
// service or a TCP port (UDP, the type of a file). Which requests such rules are about is not
// worked out: they are compared as they were written, after evaluation. Where no filter has a say,
// the verdict is known.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/seatbelt/read/profile.h"

namespace sbxc::sbpl {

struct WrittenDifference {
  std::vector<std::string> operations;  // that differ in the same way
  std::string beyond{};                 // of an operation that is decided: of what it is not
  // Both, or neither: whether what no filtered rule decides is allowed.
  std::optional<bool> allowed_before{};
  std::optional<bool> allowed_after{};
};

// `decided` are the operations that were compared request by request, by name.
std::vector<WrittenDifference> written_differences(const Profile& before, const Profile& after,
                                                   const std::vector<std::string>& decided);

}  // namespace sbxc::sbpl
