#include <cerrno>

#include "compiler/driver/system_names.h"

namespace sbxc::driver {

// What a profile refuses is one of two.
std::string error_name(int error) {
  if (error == EPERM) return "EPERM";
  if (error == EACCES) return "EACCES";
  return std::to_string(error);
}

// The log speaks of operations, not of calls.
std::optional<std::string> call_name(int) { return std::nullopt; }

}  // namespace sbxc::driver
