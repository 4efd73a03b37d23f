// The processes that come from this one, however far: on Linux this process adopts those whose
// parents have ended, so that nothing is lost and everything can be ended.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "conformance/suite/conduct.h"

namespace sbxc::conform {

void adopt_orphans();
// When the parent dies, so does this process, by SIGTERM.
void end_with_parent();

// Whose words hold `mark`, and whose first word is `program`, among all that can be seen: an
// attempt's own processes, inside of whatever sandbox. Oldest first.
std::vector<pid_t> processes_with(const std::string& program, const std::string& mark);

// Of each system: all that can be seen, and the words of one, each with a NUL after it; none of a
// process that has ended and was not waited for.
std::vector<pid_t> all_processes();
std::string words_of(pid_t pid);

// As /proc shows it now.
SeenProcess look_at(pid_t pid);

// Ends all that comes from this process but is not this process, and waits until it is gone.
void end_descendants();

// Something to wait for the end of a child with, by poll; -1 where the system has none.
int end_of(pid_t child);

}  // namespace sbxc::conform
