// Where bubblewrap finds the first process's program. It is executed from its descriptor through
// the sandbox's own /proc, and so lies nowhere. A sandbox without a process table gets it as a file
// of its own: on the empty directory that hides /proc, or on the empty root.
#pragma once

#include <string>
#include <vector>

namespace sbxc::launch {

// The path to execute; `arguments` are given what puts it there.
std::string place_program(std::vector<std::string>& arguments, int program);

}  // namespace sbxc::launch
