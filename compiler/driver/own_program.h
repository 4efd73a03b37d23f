// Where the file of this program is, so that it can start itself again.
#pragma once

#include <string>

namespace sbxc::driver {

std::string own_program();  // empty when the system does not say

}  // namespace sbxc::driver
