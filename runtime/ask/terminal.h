// One question to the person at a terminal.
#pragma once

#include "runtime/ask/ask.h"
#include "runtime/ask/outcome.h"

namespace sbxc::ask {

Outcome ask_terminal(const Options& options, const Question& question, const Waiting& waiting);

}  // namespace sbxc::ask
