// The one place that knows every target: by name, what it lowers to, what it can do.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/target/target.h"
#include "compiler/driver/options.h"
#include "compiler/resolve/resolve.h"

namespace sbxc::driver {

std::optional<TargetName> target_named(std::string_view name);

struct LowerRequest {
  bool hold_static = false;
  bool keep_terminal = false;
  size_t walk_limit = 0;  // 0: bubblewrap's usual
  bool script = false;    // --emit script: the shell script as well
};

// What one target makes of the policy. Diagnostics of the target itself (a budget, a limit) are
// reported; verdicts are not: that is report_verdicts' business.
Lowered lower(TargetName target, const Policy& policy, const Sources& sources,
              const Surroundings& surroundings, const LowerRequest& request);

// docs/backends.md: the capability tables of all targets as Markdown.
std::string capability_document();

// The text of docs/findings/<slug>.md, as built in.
std::string_view finding_page(std::string_view slug);

}  // namespace sbxc::driver
