// What every profile begins with: the default, what the default does not reach, and the few things
// that any program needs and the language has no operation for.
#pragma once

#include <string_view>

namespace sbxc::seatbelt {

std::string_view preamble();

}  // namespace sbxc::seatbelt
