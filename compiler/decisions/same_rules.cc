#include "compiler/decisions/same_rules.h"

#include <algorithm>

#include "compiler/decisions/verdict_classes.h"

namespace sbxc {

namespace {

bool is_listed(const HostTest& host) { return std::holds_alternative<InList>(host); }

using SocketTest = std::variant<PathGlob, AbstractSocket>;
bool is_same_socket(const SocketTest& one, const SocketTest& other) {
  const auto* path = std::get_if<PathGlob>(&one);
  const auto* other_path = std::get_if<PathGlob>(&other);
  if (path != nullptr || other_path != nullptr) {
    return path != nullptr && other_path != nullptr && *path == *other_path;
  }
  return std::get<AbstractSocket>(one).name == std::get<AbstractSocket>(other).name;
}

// What a pattern matches; where it stands and how it is spelt are left out.
struct SamePattern {
  bool operator()(const PathPattern& a, const PathPattern& b) const { return a.globs == b.globs; }
  bool operator()(const NamePattern& a, const NamePattern& b) const { return a.globs == b.globs; }
  bool operator()(const SocketPattern& a, const SocketPattern& b) const {
    return std::equal(a.tests.begin(), a.tests.end(), b.tests.begin(), b.tests.end(),
                      is_same_socket);
  }
  bool operator()(const ConnectPattern& a, const ConnectPattern& b) const {
    return a.hosts == b.hosts && a.ports == b.ports &&
           std::none_of(a.hosts.begin(), a.hosts.end(), is_listed);
  }
  bool operator()(const ListenPattern& a, const ListenPattern& b) const {
    return a.addresses == b.addresses && a.ports == b.ports;
  }
  bool operator()(const SyscallPattern& a, const SyscallPattern& b) const {
    return a.calls == b.calls;
  }
  template <typename A, typename B>
  bool operator()(const A&, const B&) const {
    return false;
  }
};

bool are_same(const std::vector<Pattern>& one, const std::vector<Pattern>& other) {
  return std::equal(
      one.begin(), one.end(), other.begin(), other.end(),
      [](const Pattern& a, const Pattern& b) { return std::visit(SamePattern{}, a, b); });
}

std::vector<const Rule*> rules_on(const Policy& policy, Operation operation) {
  std::vector<const Rule*> rules;
  for (const Rule& rule : policy.rules) {
    if (!rule.patterns.empty() && takes_part(rule, operation)) rules.push_back(&rule);
  }
  return rules;
}

}  // namespace

bool have_same_rules(const Policy& one, const Policy& other, Operation operation) {
  const std::vector<const Rule*> rules = rules_on(one, operation);
  const std::vector<const Rule*> others = rules_on(other, operation);
  return std::equal(
      rules.begin(), rules.end(), others.begin(), others.end(), [](const Rule* a, const Rule* b) {
        return a->effect == b->effect && a->operation == b->operation && a->os == b->os &&
               are_same(a->patterns, b->patterns) && are_same(a->except, b->except);
      });
}

}  // namespace sbxc
