// The probes that are made from the policy itself: every rule's boundary, made real below a stage
// of their own and tried with few starts of the sandbox.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "compiler/driver/conform_options.h"
#include "compiler/policy_probes/policy_outcomes.h"
#include "conformance/suite/fault.h"

namespace sbxc::driver {

// Whether the run is about them at all: the names of probes asked for, the part of the run, and a
// policy that the sandbox is known to be under.
bool wants_rules(const ConformOptions& options);

// Prepared here, tried in a process of its own, told here.
class RuleTrials {
 public:
  explicit RuleTrials(const ConformOptions& options);
  ~RuleTrials();
  RuleTrials(const RuleTrials&) = delete;
  RuleTrials& operator=(const RuleTrials&) = delete;

  // Before anything is tried: a policy that cannot be loaded for them, a place that cannot be made.
  std::optional<conform::Fault> prepare();
  // What came of them, in bytes.
  std::string try_all() const;
  // `bytes`: none when that process did not come to its end.
  conform::Result<PolicyOutcomes> outcomes(const std::optional<std::string>& bytes) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// By the names that were asked for.
bool is_chosen(const ConformOptions& options, const std::string& id);
void keep_chosen(const ConformOptions& options, PolicyOutcomes& outcomes);

}  // namespace sbxc::driver
