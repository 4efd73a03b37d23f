// The bubblewrap target: a policy as an ordered plan of mounts and namespaces, resolved against the
// file system as it is now. What mounts cannot say (names that appear later, which programs may be
// executed) is listed for the parts of the runtime that can: see docs/formats.md, plan.json.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backends/bwrap/outlook.h"
#include "backends/bwrap/plan.h"
#include "backends/target/target.h"

namespace sbxc {

// Directory entries that wildcards may cost, over all of a plan. About a second's worth.
inline constexpr size_t kDefaultWalkLimit = 200'000;

struct BwrapOptions {
  const bwrap::FileSystemView* files = nullptr;  // null: this machine's
  // Hold what mounts can hold and list the rest as not held: nothing runs beside the command.
  bool static_only = false;
  // The broker runs: mounts hold what is spelt out, and what wildcards take away is left to it.
  bool brokered = false;
  // The variables at launch. Absent when compiling for later: then the names are in plan.json, the
  // values are taken when the command is started, and no value of yours is in a file.
  std::optional<std::map<std::string, std::string>> environment{};
  std::vector<std::string> command{};  // for the record; not part of plan.args
  std::string directory{};             // where the command starts, canonical; empty: /
  bool keep_terminal = false;          // no new session; then the seccomp filter must stop TIOCSTI
  std::string hostname = "sandbox";
  size_t walk_limit = kDefaultWalkLimit;
};

// plan.json and plan.args.
Lowered lower_bwrap(const Policy& policy, const Sources& sources, const BwrapOptions& options);
std::span<const Capability> bwrap_capabilities();

// The same in two steps, for those who need the plan itself.
struct Planned {
  bwrap::BwrapPlan plan;
  // Globs that rules have beyond their own because a link leads on to other places: what the plan
  // mounts by them, whoever decides while it runs has to allow as well.
  std::vector<bwrap::Track> through_links;
  std::vector<RuleVerdict> verdicts;
  std::vector<Diagnostic> diagnostics;
};
Planned plan_bwrap(const Policy& policy, const Sources& sources, const BwrapOptions& options);

struct ScriptOptions {
  // Machine as `uname -m` says it, and the filter's bytes: the script carries them. A machine that
  // is not here is refused, unless there is none at all and --seccomp is not given either.
  std::vector<std::pair<std::string, std::string>> filters{};
};
// A POSIX shell script that runs a command under the plan: `sh script [--seccomp FILE] COMMAND…`.
std::string render_script(const bwrap::BwrapPlan& plan, const Policy& policy,
                          const Sources& sources, const ScriptOptions& options);

}  // namespace sbxc
