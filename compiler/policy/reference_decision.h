// The oracle of the law tests: what a random policy means, from the text of its rules. It shares no
// code with decide.cc or the pattern parsers and knows no more than the pools of random_policy.h
// need. The decision itself is `decide` at the end; the rest reads patterns.
#pragma once

#include <string>

#include "compiler/policy/random_policy.h"

namespace sbxc::reference {

inline std::pair<std::string, std::string> host_and_ports(const std::string& text) {
  const size_t colon = text.find(':', text.find(']') == std::string::npos ? 0 : text.find(']'));
  if (colon == std::string::npos) return {text, "80,443"};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

inline bool port_in(std::string ports, int port) {
  if (ports == "*") return true;
  for (size_t comma = 0; !ports.empty(); ports.erase(0, comma + (comma < ports.size() ? 1 : 0))) {
    comma = std::min(ports.find(','), ports.size());
    const std::string range = ports.substr(0, comma);
    const size_t dash = range.find('-');
    const int low = std::stoi(range);
    const int high = dash == std::string::npos ? low : std::stoi(range.substr(dash + 1));
    if (low <= port && port <= high) return true;
  }
  return false;
}

inline bool host_matches(Operation operation, const std::string& pattern, const std::string& text) {
  const auto [want, ports] = host_and_ports(pattern);
  const auto [host, port] = host_and_ports(text);
  if (!port_in(ports, std::stoi(port))) return false;
  const bool listen = operation == Operation::listen;
  const bool address = host.front() == '[' || (host.front() >= '0' && host.front() <= '9');
  if (want == "*") return listen || !address;
  if (want == "localhost") return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
  if (want == "10.0.0.0/8") return host.starts_with("10.");
  if (want == "[fd00::/8]") return host.starts_with("[fd");
  if (want.starts_with("*.")) return host.ends_with(want.substr(1));
  return host == want;
}

inline bool matches(Operation operation, const std::string& pattern, const std::string& text) {
  switch (facts_of(operation).kind) {
    case PatternKind::path:
      return matches(compile(pattern), text);
    case PatternKind::socket:
      return pattern[0] == '/' ? text[0] == '/' && matches(compile(pattern), text)
                               : name(pattern, text);
    case PatternKind::host:
    case PatternKind::address:
      return host_matches(operation, pattern, text);
    case PatternKind::name: {
      const auto words = expand(pattern);
      return std::any_of(words.begin(), words.end(),
                         [&](const std::string& word) { return name(word, text); });
    }
    case PatternKind::syscall:
      return pattern == text;
  }
  return false;
}

inline bool holds(const testing::RuleText& rule, const std::string& text) {
  const auto any = [&](const std::vector<std::string>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
      return matches(rule.operation, pattern, text);
    });
  };
  return any(rule.patterns) && !any(rule.except);
}

// The thirty lines.
inline Effect decide(const testing::RandomPolicy& policy, Os os, const Request& request) {
  const Operation op = request.operation;
  const std::string text = request.text();
  const auto said = [&](Effect effect, Operation operation, const std::string& target) {
    return std::any_of(policy.rules.begin(), policy.rules.end(), [&](const auto& rule) {
      return rule.effect == effect && rule.operation == operation && rule.os.has(os) &&
             holds(rule, target);
    });
  };
  bool denied = said(Effect::deny, op, text);
  bool allowed = said(Effect::allow, op, text);
  if (op == Operation::read || op == Operation::exec) {
    const bool readable =
        said(Effect::allow, Operation::read, text) || said(Effect::allow, Operation::write, text);
    allowed = readable && (op == Operation::read || allowed);
  }
  if (op == Operation::write || op == Operation::exec) {
    denied = denied || said(Effect::deny, Operation::read, text);
  }
  if (op == Operation::syscall && text.find(':') != std::string::npos) {
    const std::string call = text.substr(0, text.find(':'));
    denied = denied || said(Effect::deny, op, call);
    allowed = allowed && said(Effect::allow, op, call);
  }
  if (denied) return Effect::deny;
  if (said(Effect::ask, op, text)) return Effect::ask;
  return allowed ? Effect::allow : Effect::deny;
}

}  // namespace sbxc::reference
