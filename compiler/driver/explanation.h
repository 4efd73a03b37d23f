// What `explain` says of one request, as a value, and its two forms: text and JSON
// (docs/formats.md).
#pragma once

#include <string>
#include <vector>

#include "backends/source_map/source_map.h"
#include "backends/target/target.h"
#include "compiler/driver/emitted_lines.h"
#include "compiler/explain/near_misses.h"
#include "compiler/policy/decide.h"

namespace sbxc::driver {

struct SystemAnswer {
  Os os{};
  Decision decision;
  std::vector<RuleId> outvoted;  // they match too, but a stronger effect decides
  std::vector<NearMiss> near;
};

// How one target holds the deciding rules.
struct Holding {
  TargetName target{};
  std::vector<RuleVerdict> verdicts;  // of the deciding rules that exist there
  std::vector<EmittedLine> emitted;
  std::vector<Held> answers;  // where the request itself is answered
};

struct Explanation {
  Request request;
  std::vector<SystemAnswer> systems;  // one entry when all that were asked about say the same
  bool same_everywhere = false;
  std::vector<Holding> holdings;
};

Explanation explain(const Policy& policy, const std::vector<Os>& systems, const Request& request,
                    const std::vector<Lowered>& lowered);

std::string explanation_text(const Policy& policy, const Sources& sources,
                             const Explanation& explanation);
std::string explanation_json(const Policy& policy, const Sources& sources,
                             const Explanation& explanation);
// For `--at`: the rules that an emitted line came from.
std::string explain_emitted(const Policy& policy, const Sources& sources, const Lowered& lowered,
                            const std::string& file, uint32_t where);

}  // namespace sbxc::driver
