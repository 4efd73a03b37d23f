// The laws over random policies. Every property looks at every request of the pools on both
// systems.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "compiler/policy/decide.h"
#include "compiler/policy/random_policy.h"
#include "compiler/policy/reference_decision.h"

namespace sbxc::testing {
namespace {

const std::vector<Request>& requests() {
  static const std::vector<Request> all = all_requests();
  return all;
}

// Fails with the first request for which `check` does not hold.
template <typename Check>
void for_each_request(const Check& check) {
  for (const Os os : {Os::linux, Os::macos}) {
    for (const Request& request : requests()) {
      if (check(os, request)) continue;
      RC_FAIL(std::string(name_of(os)) + ": " + std::string(name_of(request.operation)) + " " +
              request.text());
    }
  }
}

Effect verdict(const Policy& policy, Os os, const Request& request) {
  return decide(policy, os, request).verdict;
}

// L1 L2 L3 L4 L5 L9 L10 L11 L12 L13
RC_GTEST_PROP(Laws, DecideAgreesWithTheReferenceOnRandomPolicies, ()) {
  const RandomPolicy random = *random_policy();
  const Policy policy = random.policy();
  for_each_request([&](Os os, const Request& request) {
    return verdict(policy, os, request) == reference::decide(random, os, request);
  });
}

// L1
RC_GTEST_PROP(Laws, OrderOfRulesAndPatternsNeverChangesAVerdict, ()) {
  const RandomPolicy random = *random_policy();
  RandomPolicy other = random;
  for (RuleText& rule : other.rules) {
    std::reverse(rule.patterns.begin(), rule.patterns.end());
    std::reverse(rule.except.begin(), rule.except.end());
  }
  const size_t turn = *rc::gen::inRange<size_t>(0, other.rules.size() + 1);
  std::rotate(other.rules.begin(), other.rules.begin() + static_cast<std::ptrdiff_t>(turn),
              other.rules.end());
  if (*rc::gen::arbitrary<bool>()) std::reverse(other.rules.begin(), other.rules.end());
  const Policy one = random.policy();
  const Policy two = other.policy();
  for_each_request([&](Os os, const Request& request) {
    return verdict(one, os, request) == verdict(two, os, request);
  });
}

// L2
RC_GTEST_PROP(Laws, DenyBeatsAskBeatsAllow, ()) {
  const Policy policy = (*random_policy()).policy();
  for_each_request([&](Os os, const Request& request) {
    bool said[3] = {};
    for (const Rule& rule : policy.rules) {
      if (rule.os.has(os) && rule.operation == request.operation &&
          applies(policy, rule, request)) {
        said[static_cast<size_t>(rule.effect)] = true;
      }
    }
    const Effect effect = verdict(policy, os, request);
    if (said[static_cast<size_t>(Effect::deny)]) return effect == Effect::deny;
    if (said[static_cast<size_t>(Effect::ask)]) return effect == Effect::ask;
    const bool granted_by_write = request.operation == Operation::read;  // L4
    return effect == Effect::deny || granted_by_write || said[static_cast<size_t>(effect)];
  });
}

// L2
RC_GTEST_PROP(Laws, DecidingRulesAreOfTheVerdictAndApply, ()) {
  const Policy policy = (*random_policy()).policy();
  for_each_request([&](Os os, const Request& request) {
    const Decision decision = decide(policy, os, request);
    if (decision.verdict != Effect::deny && decision.deciding.empty()) return false;
    if (!std::is_sorted(decision.deciding.begin(), decision.deciding.end())) return false;
    return std::all_of(decision.deciding.begin(), decision.deciding.end(), [&](RuleId id) {
      return policy.rule(id).effect == decision.verdict && policy.rule(id).os.has(os);
    });
  });
}

// L2
RC_GTEST_PROP(Laws, AddingADenyNeverWidensAndAddingAnAllowNeverNarrows, ()) {
  const RandomPolicy random = *random_policy();
  RuleText added = *rule_text();
  RC_PRE(added.effect != Effect::ask);
  RandomPolicy more = random;
  more.rules.push_back(added);
  const Policy before = random.policy();
  const Policy after = more.policy();
  RC_LOG() << "with " << print(after, after.rules.back()) << '\n';
  for_each_request([&](Os os, const Request& request) {
    const Effect was = verdict(before, os, request);
    const Effect is = verdict(after, os, request);
    return added.effect == Effect::deny ? is >= was : is <= was;
  });
}

// L3
RC_GTEST_PROP(Laws, ExceptIsTheSameAsTheStatementWithoutThoseRequests, ()) {
  RandomPolicy random = *random_policy();
  RC_PRE(!random.rules.empty());
  RuleText& rule = random.rules.front();
  const Policy with = random.policy();
  RuleText carved{rule.effect, rule.operation, rule.except, {}, rule.os};
  rule.except.clear();
  const Policy without = random.policy();
  for_each_request([&](Os os, const Request& request) {
    const bool in_except = std::any_of(
        carved.patterns.begin(), carved.patterns.end(), [&](const std::string& pattern) {
          return facts_of(carved.operation).kind == facts_of(request.operation).kind &&
                 reference::matches(carved.operation, pattern, request.text());
        });
    const bool carved_rule = applies(with, with.rules[0], request);
    if (carved_rule != (applies(without, without.rules[0], request) && !in_except)) return false;
    const bool touched = in_except || request.operation == Operation::syscall;
    return touched || verdict(with, os, request) == verdict(without, os, request);
  });
}

// L4
RC_GTEST_PROP(Laws, PathAccessIsALadder, ()) {
  const Policy policy = (*random_policy()).policy();
  for (const Os os : {Os::linux, Os::macos}) {
    for (const std::string& path : request_pool(PatternKind::path)) {
      const bool read = verdict(policy, os, {Operation::read, path}) == Effect::allow;
      const bool write = verdict(policy, os, {Operation::write, path}) == Effect::allow;
      const bool exec = verdict(policy, os, {Operation::exec, path}) == Effect::allow;
      RC_LOG() << path << '\n';
      RC_ASSERT(read || !write);
      RC_ASSERT(read || !exec);
    }
  }
}

// L12
RC_GTEST_PROP(Laws, WithoutNetworkStatementsEveryNetworkRequestIsDenied, ()) {
  RandomPolicy random = *random_policy();
  std::erase_if(random.rules, [](const RuleText& rule) {
    return rule.operation == Operation::connect || rule.operation == Operation::listen;
  });
  const Policy policy = random.policy();
  for_each_request([&](Os os, const Request& request) {
    const bool network =
        request.operation == Operation::connect || request.operation == Operation::listen;
    return !network || verdict(policy, os, request) == Effect::deny;
  });
}

// L13
RC_GTEST_PROP(Laws, StatementsOfTheOtherSystemChangeNothing, ()) {
  const RandomPolicy random = *random_policy();
  const Policy whole = random.policy();
  for (const Os os : {Os::linux, Os::macos}) {
    RandomPolicy part = random;
    std::erase_if(part.rules, [&](const RuleText& rule) { return !rule.os.has(os); });
    const Policy own = part.policy();
    for (const Request& request : requests()) {
      RC_ASSERT(verdict(whole, os, request) == verdict(own, os, request));
    }
  }
}

}  // namespace
}  // namespace sbxc::testing
