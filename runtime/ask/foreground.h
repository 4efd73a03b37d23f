// Whose the terminal is just now. A question is asked only while the terminal is with sbxc or with
// what it runs, and while it works line by line and shows what is typed: a program that reads keys
// (an editor, a shell's prompt) or a password would get the answer, or its keys would be taken for
// one.
#pragma once

#include <sys/types.h>

#include <string>

namespace sbxc::ask {

// Empty when a question may be asked; else why not.
std::string not_ours(int terminal, pid_t family);

}  // namespace sbxc::ask
