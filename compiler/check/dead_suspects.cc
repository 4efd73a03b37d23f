#include "compiler/check/dead_suspects.h"

#include <algorithm>
#include <span>

#include "compiler/check/findings.h"
#include "compiler/check/samples.h"
#include "compiler/decisions/matched.h"
#include "compiler/decisions/request_sets.h"
#include "compiler/decisions/verdict_classes.h"

namespace sbxc {

namespace {

constexpr size_t kMostMatches = 2'000'000;
constexpr size_t kMostSamples = 8;  // of one unit

constexpr automata::Budget kBudget{.states = 2'000};

bool meet(OsSet a, OsSet b) { return (a.linux && b.linux) || (a.macos && b.macos); }

// Whether `other` could say what `rule` says of a request that both hold, or something that beats
// it.
bool could_cover(const Rule& other, const Rule& rule) {
  if (!meet(other.os, rule.os)) return false;
  const auto part = part_of(other, rule.operation);
  if (!part) return false;
  if (other.effect != rule.effect) return other.effect > rule.effect;
  return *part == 0 && is_own(other) && other.span.file == rule.span.file;
}

class Suspects {
 public:
  explicit Suspects(const Policy& policy) : policy_(policy) {}

  std::vector<RuleUnit> run() const {
    std::vector<RuleUnit> out;
    for (const Rule& rule : policy_.rules) {
      if (!is_own(rule)) continue;
      Rule rest = rule;
      Rule whole = rule;
      whole.except.clear();
      for (const RuleUnit& unit : units_of(rule)) {
        const bool alive = unit.part == RuleUnit::Part::pattern
                               ? is_alive_pattern(rule, unit, rest)
                               : is_alive_except(rule, unit, whole);
        if (!alive) out.push_back(unit);
      }
    }
    return out;
  }

 private:
  // Found quickly, from the text of the pattern.
  std::vector<Request> samples(const Rule& rule, const RuleUnit& unit) const {
    auto requests = samples_of(policy_, rule.operation, pattern_of(policy_, unit)).requests;
    if (requests.size() > kMostSamples) requests.resize(kMostSamples);
    return requests;
  }

  // Of what a pattern holds beside the exceptions, or an exception takes; none where the automaton
  // would be too large.
  std::vector<Request> shortest(const Rule& rule, const RuleUnit& unit) const {
    const Pattern& pattern = pattern_of(policy_, unit);
    const bool is_except = unit.part == RuleUnit::Part::except;
    auto held = matches_of(policy_, rule.operation, {&pattern, 1},
                           is_except ? std::span<const Pattern>() : rule.except, kBudget);
    if (held && is_except) {
      const auto matched = matches_of(policy_, rule.operation, rule.patterns, {}, kBudget);
      if (!matched) return {};
      held = join(rule.operation, *held, *matched, matched_by_both, kBudget);
    }
    if (!held) return {};
    return some_requests(rule.operation, *held, is_matched, kMostSamples);
  }

  bool others_cover(const Rule& rule, const Request& request) const {
    return std::any_of(policy_.rules.begin(), policy_.rules.end(), [&](const Rule& other) {
      return other.id != rule.id && could_cover(other, rule) && applies(policy_, other, request);
    });
  }

  template <typename Shows>
  bool any_shows(const Rule& rule, const RuleUnit& unit, const Shows& shows) const {
    const std::vector<Request> quick = samples(rule, unit);
    if (std::any_of(quick.begin(), quick.end(), shows)) return true;
    const std::vector<Request> exact = shortest(rule, unit);
    return std::any_of(exact.begin(), exact.end(), shows);
  }

  // Of a deny rule's pattern all that is reported is that the exceptions hold it. `rest` is the
  // rule; it is without the pattern for a while.
  bool is_alive_pattern(const Rule& rule, const RuleUnit& unit, Rule& rest) const {
    if (rule.effect == Effect::deny) {
      return any_shows(rule, unit,
                       [&](const Request& request) { return applies(policy_, rule, request); });
    }
    std::swap(rest.patterns[unit.index], rest.patterns.back());
    Pattern pattern = std::move(rest.patterns.back());
    rest.patterns.pop_back();
    const bool alive = any_shows(rule, unit, [&](const Request& request) {
      return applies(policy_, rule, request) && !applies(policy_, rest, request) &&
             !others_cover(rule, request);
    });
    rest.patterns.push_back(std::move(pattern));
    std::swap(rest.patterns[unit.index], rest.patterns.back());
    return alive;
  }

  // Of an allow rule's exception all that is reported is that it subtracts nothing.
  bool is_alive_except(const Rule& rule, const RuleUnit& unit, const Rule& whole) const {
    return any_shows(rule, unit, [&](const Request& request) {
      return applies(policy_, whole, request) &&
             (rule.effect != Effect::deny || !others_cover(rule, request));
    });
  }

  const Policy& policy_;
};

}  // namespace

std::vector<RuleUnit> dead_suspects(const Policy& policy) {
  size_t own = 0;
  size_t all = 0;
  for (const Rule& rule : policy.rules) {
    all += rule.patterns.size() + rule.except.size();
    if (is_own(rule)) own += rule.patterns.size() + rule.except.size();
  }
  if (own > 0 && all > kMostMatches / own) return units_of(policy);
  return Suspects(policy).run();
}

}  // namespace sbxc
