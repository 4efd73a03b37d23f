// Random policies for property tests, and the oracle that says what they mean: thirty lines over
// the rules' text that share nothing with decide.cc or the pattern parsers. Patterns and requests
// come from small pools, so that rules meet; a failure shrinks and prints as sbx text.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <ostream>

#include "compiler/pattern/reference_matcher.h"
#include "compiler/policy/print.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc::testing {

struct RuleText {
  Effect effect{};
  Operation operation{};
  std::vector<std::string> patterns;
  std::vector<std::string> except;
  OsSet os;
};

struct RandomPolicy {
  std::vector<RuleText> rules;

  Policy policy() const {
    Policy policy;
    for (const RuleText& text : rules) {
      Rule rule;
      rule.effect = text.effect;
      rule.operation = text.operation;
      rule.os = text.os;
      for (const auto& p : text.patterns) rule.patterns.push_back(terse_pattern(text.operation, p));
      for (const auto& p : text.except) rule.except.push_back(terse_pattern(text.operation, p));
      add_rule(policy, std::move(rule));
    }
    return policy;
  }
};

inline void showValue(const RandomPolicy& policy, std::ostream& out) {
  out << '\n' << print(policy.policy());
}
inline void showValue(const RuleText& rule, std::ostream& out) {
  const Policy one = RandomPolicy{{rule}}.policy();
  out << print(one, one.rules[0]);
}

inline const std::vector<std::string>& pattern_pool(PatternKind kind) {
  static const std::vector<std::string> paths{
      "/",     "/**",   "/a",     "/a/**",  "/*",       "/a/*",     "/a/b",      "/**/b",
      "/a/?",  "/b/**", "/**/a*", "/*/b",   "/[!a]/**", "/{a,b}/b", "/**/a/**",  "/b{,/**}",
      "/ab/a", "/ab*",  "/?/?/?", "/*/*/a", "/a/b/**",  "/**/[ab]", "/a/**/a/*", "/a/{a,b/**}"};
  static const std::vector<std::string> sockets{"/a", "/a/**", "/*/b", "@a", "@*", "@b*"};
  static const std::vector<std::string> hosts{
      "a.com",       "*.a.com", "b.a.com:22",   "*.b.a.com:*",         "10.0.0.0/8",
      "10.1.2.3:22", "*:443",   "[fd00::/8]:*", "localhost:3000-3010", "c.b.a.com:80,443"};
  static const std::vector<std::string> addresses{"localhost:3000-3010", "*:3000", "10.0.0.0/8:80"};
  static const std::vector<std::string> names{"A", "B", "A*", "*", "?B", "[AB]", "{A,B}_C"};
  static const std::vector<std::string> calls{"read", "ioctl", "ioctl:TIOCSTI", "socket"};
  switch (kind) {
    case PatternKind::path:
      return paths;
    case PatternKind::socket:
      return sockets;
    case PatternKind::host:
      return hosts;
    case PatternKind::address:
      return addresses;
    case PatternKind::name:
      return names;
    case PatternKind::syscall:
      return calls;
  }
  return names;
}

inline std::vector<std::string> request_pool(PatternKind kind) {
  static const std::vector<std::string> paths = [] {
    std::vector<std::string> all{""};
    for (size_t i = 0; i < 1 + 3 + 9; ++i) {
      for (const char* name : {"/a", "/b", "/ab"}) all.push_back(all[i] + name);
    }
    all[0] = "/";
    return all;
  }();
  switch (kind) {
    case PatternKind::path:
      return paths;
    case PatternKind::socket:
      return {"/a", "/a/b", "/b", "@a", "@b", "@ba", "@a/b"};
    case PatternKind::host:
      return {"a.com:443",    "a.com:22",    "b.a.com:443",    "b.a.com:22",     "c.b.a.com:80",
              "10.1.2.3:80",  "10.1.2.3:22", "11.0.0.1:80",    "[fd00::1]:9",    "[fe80::1]:443",
              "localhost:80", "bca.com:443", "localhost:3005", "127.0.0.1:3000", "[::1]:3010"};
    case PatternKind::address:
      return {"127.0.0.1:3000", "[::1]:3001", "0.0.0.0:3000", "10.0.0.1:80", "127.0.0.1:80"};
    case PatternKind::name:
      return {"A", "B", "AB", "BB", "A_C", "B_C", "C"};
    case PatternKind::syscall:
      return {"read", "ioctl", "ioctl:TIOCSTI", "ioctl:TIOCLINUX", "socket", "mount"};
  }
  return {};
}

inline std::vector<Request> all_requests() {
  std::vector<Request> all;
  for (const OperationFacts& facts : kOperations) {
    for (const std::string& target : request_pool(facts.kind)) {
      all.push_back(terse_request(std::string(facts.name) + " " + target));
    }
  }
  return all;
}

inline rc::Gen<RuleText> rule_text() {
  return rc::gen::mapcat(
      rc::gen::element(Operation::read, Operation::read, Operation::write, Operation::write,
                       Operation::exec, Operation::connect, Operation::connect, Operation::listen,
                       Operation::socket, Operation::env, Operation::syscall, Operation::mach),
      [](Operation operation) {
        const auto& pool = pattern_pool(facts_of(operation).kind);
        const auto some = [&](int most) {
          return rc::gen::resize(
              most, rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pool)));
        };
        const auto effect = operation == Operation::connect
                                ? rc::gen::element(Effect::allow, Effect::deny, Effect::ask)
                                : rc::gen::element(Effect::allow, Effect::allow, Effect::deny);
        const auto os = rc::gen::element(OsSet{}, OsSet{}, OsSet{true, false}, OsSet{false, true});
        return rc::gen::build<RuleText>(
            rc::gen::set(&RuleText::effect, effect),
            rc::gen::set(&RuleText::operation, rc::gen::just(operation)),
            rc::gen::set(&RuleText::patterns, rc::gen::nonEmpty(some(4))),
            rc::gen::set(&RuleText::except, some(2)), rc::gen::set(&RuleText::os, os));
      });
}

inline rc::Gen<RandomPolicy> random_policy() {
  return rc::gen::map(rc::gen::resize(16, rc::gen::container<std::vector<RuleText>>(rule_text())),
                      [](std::vector<RuleText> rules) { return RandomPolicy{std::move(rules)}; });
}

}  // namespace sbxc::testing
