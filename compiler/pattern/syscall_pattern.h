// Patterns of `syscall`: a name, a facet, or a set. Unknown names are errors with a suggestion: a
// misspelt deny must not be silently dead.
#pragma once

#include <string>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/pattern/pattern_text.h"
#include "compiler/syscalls/syscalls.h"

namespace sbxc {

struct SyscallPattern {
  Span span;
  std::string written;
  std::vector<SyscallId> calls;  // sorted; a set's members one by one

  bool matches(SyscallId call) const;
};

Result<SyscallPattern> parse_syscall_pattern(const PatternText& text);

}  // namespace sbxc
