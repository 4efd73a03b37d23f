// Where the broker stands: outside of the sandbox's process table, inside its mount and user
// namespaces, with the command's user and without the capabilities that would let it do more than
// the command. Whatever it opens is found, allowed and refused by the kernel as for the command.
//
// One capability is kept, not in effect: CAP_SYS_PTRACE of that user namespace. It is raised for
// single reads from processes that Yama or their own wish keeps to themselves, and is in effect
// while nothing of the command's is opened.
#pragma once

#include <sys/types.h>

#include "runtime/descriptor/descriptor.h"

namespace sbxc::broker {

struct Station {
  Descriptor processes;  // /proc of the outside; it is also the working directory
  Descriptor own;        // our own descriptors there, for asking where they are
  Descriptor root;       // of the sandbox
  size_t depth = 1;      // how many process namespaces down the sandbox is: a place in NSpid
};

// Joins the namespaces of the process `inside`. Single-threaded callers only; there is no way
// back. Zero, or a negative errno with the step that failed in `step`.
int enter(pid_t inside, Station& station, const char*& step);

// While it lives, CAP_SYS_PTRACE is in effect, if there is any.
class Reading {
 public:
  Reading();
  ~Reading();
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
};

}  // namespace sbxc::broker
