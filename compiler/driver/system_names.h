// What this system calls an error or a call that it numbers.
#pragma once

#include <optional>
#include <string>

namespace sbxc::driver {

std::string error_name(int error);  // `EACCES`
std::optional<std::string> call_name(int number);

}  // namespace sbxc::driver
