// A text as it is written in a policy: in quotes, with the four escapes of the language.
#pragma once

#include <string>
#include <string_view>

namespace sbxc::ast {

std::string quote(std::string_view value);

}  // namespace sbxc::ast
