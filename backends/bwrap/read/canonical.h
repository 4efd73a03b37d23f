// Canonical paths as text: absolute, no empty, `.` or `..` component, no slash at the end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbxc::bwrap_read {

bool is_canonical(std::string_view path);
// Whether `path` is `top` or below it.
bool is_within(std::string_view path, std::string_view top);
std::string above(std::string_view path);  // "/" of "/"
std::string beneath(std::string_view directory, std::string_view name);
std::vector<std::string> names_in(std::string_view path);
// From the directory in the root down to the one that holds `path`, without "/".
std::vector<std::string> directories_above(std::string_view path);

}  // namespace sbxc::bwrap_read
