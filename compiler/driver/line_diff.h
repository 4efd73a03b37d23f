// A unified diff of two texts by lines, for `fmt --diff`.
#pragma once

#include <string>
#include <string_view>

namespace sbxc::driver {

// Empty when the texts are equal. Three lines of context.
std::string line_diff(std::string_view before, std::string_view after, std::string_view name);

}  // namespace sbxc::driver
