// From what a filter shall answer to the filter: the architecture first, then numbers that are none
// of the table's, then the search for the number, then, where a call has them, tests of arguments.
#pragma once

#include "backends/seccomp/instruction.h"
#include "backends/seccomp/program.h"

namespace sbxc::seccomp {

// Aborts (a bug in sbxc) when the code would be longer than the kernel takes: no policy can make it
// so, since the tables bound what a filter can tell apart.
Filter generate(const SyscallProgram& program);

}  // namespace sbxc::seccomp
