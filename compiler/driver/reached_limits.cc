#include "compiler/driver/reached_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/diag/printable.h"
#include "compiler/driver/rule_text.h"
#include "compiler/driver/this_system.h"

namespace sbxc::driver {
namespace {

// Nobody can meet a limit that the policy does not set.
const Limit* limit_of(const Policy& policy, LimitKind kind) {
  const auto limit = std::ranges::find_if(policy.limits, [kind](const Limit& one) {
    return one.kind == kind && one.os.has(kThisSystem);
  });
  return limit == policy.limits.end() ? nullptr : &*limit;
}

std::string what_happened(ReachedLimit reached) {
  const bool one = reached.times == 1;
  switch (reached.kind) {
    case LimitKind::memory:
      return fmt::format("the kernel ended {} process{}", reached.times, one ? "" : "es");
    case LimitKind::processes:
      return fmt::format("the kernel refused to start a process{}",
                         one ? "" : fmt::format(" {} times", reached.times));
    case LimitKind::time:
      return "the command was ended";
    case LimitKind::open_files:
    case LimitKind::file_size:
      break;  // counted by nobody
  }
  return "it was met";
}

}  // namespace

std::string reached_limit_lines(const Policy& policy, const Sources& sources,
                                ReachedLimit reached) {
  std::string out =
      fmt::format("limit reached: {}: {}\n", name_of(reached.kind), what_happened(reached));
  if (const Limit* limit = limit_of(policy, reached.kind)) {
    out += fmt::format("  limit {}\n    {}\n", statement_text(sources, limit->span),
                       printable(sources.describe(limit->span)));
  }
  return out;
}

nlohmann::ordered_json reached_limit_record(const Policy& policy, const Sources& sources,
                                            ReachedLimit reached, const std::string& time) {
  nlohmann::ordered_json record = {
      {"event", "limit"}, {"time", time}, {"limit", name_of(reached.kind)}};
  if (const Limit* limit = limit_of(policy, reached.kind)) {
    record["value"] = limit->value;
    record["at"] = sources.describe(limit->span);
  }
  if (reached.kind != LimitKind::time) record["times"] = reached.times;
  return record;
}

}  // namespace sbxc::driver
