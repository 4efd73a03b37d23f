// Where files go that come from no path: the sandbox's own, and the first process's program. That
// is executed from its descriptor through the sandbox's own /proc, and so lies nowhere. A sandbox
// without a process table gets it as a file of its own: on the empty directory that hides /proc, or
// on the empty root.
#pragma once

#include <string>
#include <vector>

namespace sbxc::launch {

// A file of the sandbox's own at `path`, on whatever is mounted there, before anything is made
// read-only or unlisted. `file` is a descriptor of what it says.
void place_file(std::vector<std::string>& arguments, int file, const std::string& path);

// The path to execute; `arguments` are given what puts it there.
std::string place_program(std::vector<std::string>& arguments, int program);

}  // namespace sbxc::launch
