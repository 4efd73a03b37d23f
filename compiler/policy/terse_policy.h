// Policies for tests in one line a rule, without the grammar: words split at blanks and commas, so
// no quotes, variables or sets. Bad text throws, which fails the test that wrote it.
//   terse_policy({"allow read /a/** except /a/b", "deny syscall ioctl on linux"})
#pragma once

#include <algorithm>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc {

inline Pattern terse_pattern(Operation operation, std::string_view text) {
  const PatternText pattern_text = PatternText::plain(text);
  const auto need = [&](auto result) -> Pattern {
    if (!result) throw std::invalid_argument(std::string(text) + ": " + result.error().message);
    return Pattern(std::move(*result));
  };
  switch (facts_of(operation).kind) {
    case PatternKind::path:
      return need(parse_path_pattern(pattern_text));
    case PatternKind::host:
      return need(parse_connect_pattern(pattern_text));
    case PatternKind::address:
      return need(parse_listen_pattern(pattern_text));
    case PatternKind::socket:
      return need(parse_socket_pattern(pattern_text));
    case PatternKind::syscall:
      return need(parse_syscall_pattern(pattern_text));
    case PatternKind::name:
      break;
  }
  return operation == Operation::mach ? need(parse_mach_pattern(pattern_text))
                                      : need(parse_env_pattern(pattern_text));
}

inline std::vector<std::string> terse_words(std::string_view text) {
  std::vector<std::string> words;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    std::string_view word = text.substr(at, end - at);
    if (word.ends_with(',')) word.remove_suffix(1);
    if (!word.empty()) words.emplace_back(word);
    at = end + 1;
  }
  return words;
}

inline Rule terse_rule(std::string_view text) {
  const std::vector<std::string> words = terse_words(text);
  Rule rule;
  rule.effect = words[0] == "allow" ? Effect::allow
                : words[0] == "ask" ? Effect::ask
                                    : Effect::deny;
  rule.operation = operation_named(words[1]).value();
  std::vector<Pattern>* into = &rule.patterns;
  for (size_t i = 2; i < words.size(); ++i) {
    if (words[i] == "except") {
      into = &rule.except;
    } else if (words[i] == "on") {
      ++i;
      rule.os = {words[i] == "linux", words[i] == "macos"};
    } else if (words[i] == "because") {
      rule.because = words[++i];
    } else {
      into->push_back(terse_pattern(rule.operation, words[i]));
    }
  }
  return rule;
}

inline void add_rule(Policy& policy, Rule rule) {
  rule.id = RuleId{static_cast<uint32_t>(policy.rules.size())};
  policy.rules.push_back(std::move(rule));
}

inline Policy terse_policy(std::initializer_list<std::string_view> rules) {
  Policy policy;
  for (const std::string_view rule : rules) add_rule(policy, terse_rule(rule));
  return policy;
}

// `read /a`, `connect a.com:443`, `syscall ioctl:TIOCSTI`.
inline Request terse_request(std::string_view text) {
  const size_t blank = text.find(' ');
  const Operation operation = operation_named(text.substr(0, blank)).value();
  const std::string target(text.substr(blank + 1));
  const PatternKind kind = facts_of(operation).kind;
  if (kind == PatternKind::syscall) return {operation, syscall_named(target).value()};
  if (kind != PatternKind::host && kind != PatternKind::address) return {operation, target};
  const auto host = parse_host_request(PatternText::plain(target));
  if (!host) throw std::invalid_argument(target + ": " + host.error().message);
  return {operation, *host};
}

}  // namespace sbxc
