// What the broker and the egress proxy refused while a command ran, and which limits it met: for
// the person at the end, each kind once with the rule and the text that would allow it; for
// `--audit`, each as a line of JSON at once (docs/running.md).
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/driver/audit_file.h"
#include "compiler/driver/connection_denials.h"
#include "compiler/driver/load.h"
#include "compiler/driver/reached_limits.h"
#include "compiler/policy/decide.h"
#include "runtime/broker/report.h"

namespace sbxc::driver {

class DenialLog {
 public:
  // Both must outlive it.
  DenialLog(const Policy& policy, const Sources& sources)
      : policy_(policy), sources_(sources), connections_(judge_by_policy(policy, sources)) {}

  Result<bool> open_audit(const std::string& path) { return audit_.open(path); }
  bool record_start(const std::vector<std::string>& command);
  bool record_end(int status);

  // Pieces of the broker's reports; false when the audit file does not take them.
  bool take(std::string_view bytes);
  // The same of the egress proxy's reports.
  bool take_connections(std::string_view bytes);

  // Names that are denied and were missing inside wait until the command has ended: those that are
  // there outside were hidden from it, which is a denial, and of the others nothing is said.
  bool has_misses() const { return !misses_.empty(); }
  bool take_misses(const std::function<bool(const std::string&)>& is_there_outside);

  // Recorded at once; false as above.
  bool take_limit(ReachedLimit reached);

  // Empty when nothing was denied, and no limit met.
  std::string summary() const;
  // Why a record could not be written, empty when all could.
  const std::string& failure() const { return failure_.empty() ? audit_.failure() : failure_; }

 private:
  struct Group {
    Operation operation{};
    std::vector<RuleId> rules;
    bool other_spellings = false;
    std::vector<std::string> targets;  // the first few, each once
    uint64_t others = 0;
    uint64_t times = 0;
  };

  struct Miss {
    broker::Report report;
    std::string time;
  };

  bool take(const broker::Report& report);
  bool tell(const broker::Report& report, const std::string& time);
  void keep_miss(const broker::Report& report);
  void count(const broker::Report& report, const Request& request, const Decision& decision);

  const Policy& policy_;
  const Sources& sources_;
  AuditFile audit_;
  std::string pending_;
  std::vector<Group> groups_;
  std::map<std::string, size_t> seen_;  // an operation and its target: the group
  std::vector<Miss> misses_;
  std::set<std::string> missed_;  // what is among them
  ConnectionDenials connections_;
  std::vector<ReachedLimit> limits_;
  uint64_t dropped_ = 0;
  uint64_t not_looked_for_ = 0;  // misses that were too many
  std::string failure_;
};

}  // namespace sbxc::driver
