// What a file must be before it is looked at as a policy: UTF-8 without control characters or
// invisible ones (a bidirectional override can show a reader another policy than the one that is
// compiled), and braces nested no deeper than kMaxNesting. One pass, no allocation.
#pragma once

#include "compiler/diag/diagnostic.h"

namespace sbxc {

// Reports the first fault only and returns false: what follows it is rarely a policy.
bool check_text(const Sources& sources, FileId file, Diagnostics& diagnostics);

}  // namespace sbxc
