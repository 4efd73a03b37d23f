#include <cstring>

#include "compiler/driver/running_linux.h"
#include "compiler/driver/system_names.h"

namespace sbxc::driver {

std::string error_name(int error) {
  const char* name = strerrorname_np(error);
  return name != nullptr ? name : std::to_string(error);
}

std::optional<std::string> call_name(int number) {
  const auto call = syscall_numbered(this_machine(), static_cast<uint32_t>(number));
  if (!call) return std::nullopt;
  return std::string(syscall(*call).name);
}

}  // namespace sbxc::driver
