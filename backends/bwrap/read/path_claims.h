// What a plan gives at a path against what the policy says of it, for one operation: the one table
// of this comparison. `asked` comes from the rules, `shown` from the mounts.
#pragma once

#include "backends/bwrap/read/asked_bits.h"
#include "backends/bwrap/read/mount_table.h"
#include "compiler/policy/operation.h"

namespace sbxc::bwrap_read {

struct Asked {
  uint32_t bits = 0;
  Shown shown{};

  bool has(uint32_t bit) const { return (bits & bit) != 0; }
};

// What holds for the plan as a whole.
struct Whole {
  bool execution_limited = false;   // Landlock lets nothing be executed but what it grants
  bool unix_sockets = false;        // the filter lets them be made
  bool later_sockets_held = false;  // the broker decides about sockets made later
  bool sockets_declared_wide = false;
  bool exec_declared_wide = false;
};

enum class Gives : uint8_t { no, yes, either };  // either: nothing is compared there

Gives gives(Operation operation, const Asked& asked, const Whole& whole);
bool allowed(Operation operation, const Asked& asked);

// More than the policy allows (less than it allows), and neither the runtime holds it nor a verdict
// declares it: wrong whether or not a file bears the name.
bool is_undeclared_excess(Operation operation, const Asked& asked, const Whole& whole);
bool is_undeclared_lack(Operation operation, const Asked& asked, const Whole& whole);
// More (less), which is held or declared for names that appear later: wrong where one is there.
bool is_excess_for_later(Operation operation, const Asked& asked, const Whole& whole);
bool is_lack_for_later(Operation operation, const Asked& asked, const Whole& whole);
// Declared widened, and it is.
bool is_declared_excess(Operation operation, const Asked& asked, const Whole& whole);
bool is_declared_lack(Operation operation, const Asked& asked, const Whole& whole);

}  // namespace sbxc::bwrap_read
