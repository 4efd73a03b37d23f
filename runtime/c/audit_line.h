// One line of `sbxc run --audit`: the few texts of it that callers ask for most. Our own JSON
// (docs/running.md), read without a parser's tree; a line that is none of ours gives no event.
#pragma once

#include <cstddef>

namespace sbxc::c {

struct AuditLine {  // never null; empty when it is not there
  const char* event = "";
  const char* operation = "";
  const char* target = "";
  const char* second = "";
  const char* error = "";
  const char* allow = "";  // the first statement
};

// `line` without its end. `room` has at least `length` + 1 bytes and holds the texts.
AuditLine read_audit_line(const char* line, size_t length, char* room);

}  // namespace sbxc::c
