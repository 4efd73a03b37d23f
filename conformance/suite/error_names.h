// The numbers of errno and of signals, and their names, which the two systems number differently.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sbxc::conform {

std::string error_name(int error);    // `EACCES`; `errno 4711` where there is no name
std::string signal_name(int signal);  // `SIGSYS`; `signal 70` where there is no name
std::optional<int> error_number(std::string_view name);

}  // namespace sbxc::conform
