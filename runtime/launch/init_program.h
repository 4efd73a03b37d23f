// The program that is pid 1 inside, as this one carries it.
#pragma once

#include <string_view>

namespace sbxc::launch {

std::string_view init_program();

}  // namespace sbxc::launch
