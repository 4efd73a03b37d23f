#include "compiler/explain/rule_globs.h"

#include <algorithm>

#include "compiler/explain/rules_about.h"
#include "compiler/policy/overlap.h"
#include "compiler/policy/print.h"

namespace sbxc {

namespace {

// One pattern for each alternative of its braces.
struct Split {
  std::vector<Pattern>& out;

  void operator()(const PathPattern& pattern) const {
    for (const PathGlob& glob : pattern.globs) out.push_back(PathPattern{{}, {}, {glob}});
  }
  void operator()(const SocketPattern& pattern) const {
    for (const auto& test : pattern.tests) out.push_back(SocketPattern{{}, {}, {test}});
  }
  void operator()(const NamePattern& pattern) const {
    for (const NameGlob& glob : pattern.globs) out.push_back(NamePattern{{}, {}, {glob}});
  }
  void operator()(const auto& pattern) const { out.push_back(pattern); }
};

void split(const std::vector<Pattern>& patterns, std::vector<Pattern>& out) {
  for (const Pattern& pattern : patterns) std::visit(Split{out}, pattern);
}

bool meets_any(const Pattern& pattern, const std::vector<Pattern>& others) {
  return std::any_of(others.begin(), others.end(),
                     [&](const Pattern& other) { return overlap(pattern, other); });
}

// Without those that another one covers; of equal ones the first stays.
void drop_covered(std::vector<Pattern>& patterns) {
  std::vector<Pattern> kept;
  for (size_t i = 0; i < patterns.size(); ++i) {
    bool covered = false;
    for (size_t j = 0; j < patterns.size() && !covered; ++j) {
      if (i == j || !covers(patterns[j], patterns[i])) continue;
      covered = j < i || !covers(patterns[i], patterns[j]);
    }
    if (!covered) kept.push_back(patterns[i]);
  }
  patterns = std::move(kept);
}

// The part of the grants inside the question, when it is made of whole patterns.
std::optional<std::vector<Pattern>> inside(const std::vector<Pattern>& grants,
                                           const std::vector<Pattern>& within) {
  if (within.empty()) return grants;
  std::vector<Pattern> kept;
  for (const Pattern& grant : grants) {
    if (covers(within, grant)) {
      kept.push_back(grant);
      continue;
    }
    for (const Pattern& asked : within) {
      if (covers(grant, asked)) {
        kept.push_back(asked);
      } else if (overlap(grant, asked)) {
        return std::nullopt;
      }
    }
  }
  return kept;
}

std::vector<std::string> texts(const std::vector<Pattern>& patterns) {
  std::vector<std::string> all;
  for (const Pattern& pattern : patterns) {
    for (std::string& text : print_patterns(Policy{}, pattern)) all.push_back(std::move(text));
  }
  return all;
}

}  // namespace

std::optional<automata::GlobSet> globs_of_rules(const Policy& policy, Os os, Operation operation,
                                                const std::vector<Pattern>& within,
                                                const Decided& allowed,
                                                const automata::Budget& budget) {
  std::vector<Pattern> grants;
  std::vector<Pattern> except;
  for (const Rule& rule : policy.rules) {
    if (!rule.os.has(os) || !is_about(rule, operation)) continue;
    const bool grants_it = rule.effect == Effect::allow;
    split(rule.patterns, grants_it ? grants : except);
    if (grants_it) split(rule.except, except);
  }
  auto asked = inside(grants, within);
  if (!asked) return std::nullopt;
  std::erase_if(*asked, [&](const Pattern& pattern) { return covers(except, pattern); });
  drop_covered(*asked);
  std::erase_if(except, [&](const Pattern& pattern) { return !meets_any(pattern, *asked); });
  drop_covered(except);
  Policy candidate;
  const auto add = [&](Operation of, std::vector<Pattern> patterns, std::vector<Pattern> but) {
    Rule rule;
    rule.id = static_cast<RuleId>(candidate.rules.size());
    rule.effect = Effect::allow;
    rule.operation = of;
    rule.patterns = std::move(patterns);
    rule.except = std::move(but);
    candidate.rules.push_back(std::move(rule));
  };
  add(operation, *asked, except);
  if (operation == Operation::exec) add(Operation::read, every_request(Operation::read), {});
  const auto says = decisions_of(candidate, os, operation, budget);
  if (!says || std::get<automata::Dfa>(*says) != std::get<automata::Dfa>(allowed)) {
    return std::nullopt;
  }
  return automata::GlobSet{.globs = texts(*asked), .except = texts(except)};
}

}  // namespace sbxc
