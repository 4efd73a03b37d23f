// One question to a program: the request as a line of JSON on its standard input, its exit status
// the answer. It runs outside of any sandbox, in a session of its own, in `/`, with PATH alone in
// its environment; its standard output is thrown away, its standard error is this process's.
#pragma once

#include "runtime/ask/ask.h"
#include "runtime/ask/outcome.h"

namespace sbxc::ask {

Outcome ask_program(const Options& options, const Question& question, const Waiting& waiting);

}  // namespace sbxc::ask
