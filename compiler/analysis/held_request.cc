// The facets of a system call hang on their call; there everything is decided, which costs little.
#include "compiler/analysis/held_request.h"

#include <algorithm>

#include "compiler/policy/decide.h"

namespace sbxc {

HeldRequest::HeldRequest(const Policy& policy, Os os, Request request)
    : policy_(&policy),
      os_(os),
      request_(std::move(request)),
      verdict_(decide(policy, os, request_).verdict) {
  if (request_.operation != Operation::syscall) find_holders();
}

void HeldRequest::find_holders() {
  for (const Rule& rule : policy_->rules) {
    const auto part = rule.os.has(os_) ? part_of(rule, request_.operation) : std::nullopt;
    if (!part) continue;
    Holder holder{class_of(*part, rule.effect)};
    Rule one;
    one.operation = rule.operation;
    for (const RuleUnit& unit : units_of(rule)) {
      one.patterns.assign(1, pattern_of(*policy_, unit));
      if (!applies(*policy_, one, request_)) continue;
      (unit.part == RuleUnit::Part::pattern ? holder.patterns : holder.except).push_back(unit);
    }
    if (!holder.patterns.empty()) holders_.push_back(std::move(holder));
  }
}

bool HeldRequest::is_kept_without(const std::set<RuleUnit>& gone) const {
  if (request_.operation == Operation::syscall) {
    const Policy smaller = without(*policy_, {gone.begin(), gone.end()});
    return decide(smaller, os_, request_).verdict == verdict_;
  }
  const auto stays = [&](const RuleUnit& unit) { return !gone.contains(unit); };
  ClassSet heard = 0;
  for (const Holder& holder : holders_) {
    if (std::any_of(holder.patterns.begin(), holder.patterns.end(), stays) &&
        std::none_of(holder.except.begin(), holder.except.end(), stays)) {
      heard |= bit(holder.of_class);
    }
  }
  return verdict_of(heard, request_.operation) == verdict_;
}

}  // namespace sbxc
