// What stands behind a denied connection: the rules that decided, and what one would write so that
// it is allowed. Found in a policy, or in a proxy's table where there is no policy.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "compiler/policy/policy.h"
#include "runtime/egress/report.h"
#include "runtime/host_table/host_table.h"

namespace sbxc::driver {

struct DecidingRule {
  uint32_t number = 0;  // in the policy
  std::string at;       // `agent.sbx:12:1`
  std::string because;
  std::string lines;  // for a person, indented, printable
};

struct Judged {
  std::vector<DecidingRule> rules;
  std::vector<std::string> allow;  // text to paste, in order; none where no statement would help
};

using ConnectionJudge = std::function<Judged(const egress::Report&)>;

// What they are given must outlive them.
ConnectionJudge judge_by_policy(const Policy& policy, const Sources& sources);
// `table` gives the one that is in force; it may be null.
ConnectionJudge judge_by_table(std::function<const host_table::HostTable*()> table);

// What a report's reason speaks of, so what a rule could change.
enum class About : uint8_t {
  host,     // the host and port that were asked for
  address,  // an address that the name resolves to: `detail`
  manner,   // how it was asked, or what came of it: no rule changes it
};
About about(egress::Reason reason);

// Allowed, but not done: no denial.
bool is_failure(egress::Reason reason);

// `example.com:443`, `[::1]:22`; the name alone where no port was asked for; printable.
std::string target_text(const egress::Report& report);

}  // namespace sbxc::driver
