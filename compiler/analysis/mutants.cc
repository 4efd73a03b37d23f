// Which faults: a rule, a whole `use` or one pattern lost, an effect turned, an exception lost,
// read and write swapped, a pattern one step wider or narrower (pattern_faults.h), a system
// forgotten.
#include "compiler/analysis/mutants.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "compiler/analysis/pattern_faults.h"
#include "compiler/policy/overlap.h"
#include "compiler/policy/print.h"

namespace sbxc {

namespace {

// The faults of one rule.
class Mutants {
 public:
  explicit Mutants(const Rule& rule) : rule_(rule) {}

  std::vector<Mutant> run() && {
    add("without this rule", rule_.head, [](Rule& rule) { rule.patterns.clear(); });
    turn_effect();
    for (size_t i = 0; i < rule_.patterns.size(); ++i) change_pattern(i);
    for (size_t i = 0; i < rule_.except.size(); ++i) {
      const Pattern& except = rule_.except[i];
      add(fmt::format("without `except {}`", written(except)), span_of(except),
          [&](Rule& rule) { rule.except.erase(rule.except.begin() + static_cast<ptrdiff_t>(i)); });
    }
    if (rule_.operation == Operation::read || rule_.operation == Operation::write) {
      const bool read = rule_.operation == Operation::read;
      add(read ? "`write` instead of `read`" : "`read` instead of `write`", rule_.head,
          [&](Rule& rule) { rule.operation = read ? Operation::write : Operation::read; });
    }
    if (rule_.os != OsSet{}) {
      add("on both systems", rule_.head, [](Rule& rule) { rule.os = {}; });
    }
    return std::move(out_);
  }

 private:
  template <typename Change>
  void add(std::string what, Span span, const Change& change) {
    Mutant mutant{{rule_}, std::move(what), span};
    change(mutant.rules.front());
    out_.push_back(std::move(mutant));
  }

  void turn_effect() {
    for (const Effect effect : {Effect::allow, Effect::ask, Effect::deny}) {
      const bool has_ask = rule_.operation == Operation::connect;
      if (effect == rule_.effect || (effect == Effect::ask && !has_ask)) continue;
      add(fmt::format("`{}` instead of `{}`", name_of(effect), name_of(rule_.effect)), rule_.head,
          [&](Rule& rule) { rule.effect = effect; });
    }
  }

  void change_pattern(size_t i) {
    const Pattern& pattern = rule_.patterns[i];
    if (rule_.patterns.size() > 1) {
      add(fmt::format("without `{}`", written(pattern)), span_of(pattern), [&](Rule& rule) {
        rule.patterns.erase(rule.patterns.begin() + static_cast<ptrdiff_t>(i));
      });
    }
    for (Pattern& other : pattern_faults(pattern)) {
      add(fmt::format("`{}` instead of `{}`", text(other), text(pattern)), span_of(pattern),
          [&](Rule& rule) { rule.patterns[i] = std::move(other); });
    }
  }

  const Rule& rule_;
  std::vector<Mutant> out_;
};

bool is_within(Span inner, Span outer) {
  return inner.file == outer.file && outer.begin <= inner.begin && inner.end <= outer.end;
}

// The faults of one `use`: all that it brings is lost, or one of its exceptions.
class UseMutants {
 public:
  UseMutants(const Policy& policy, const UseStep& step) : step_(step) {
    for (const Rule& rule : policy.rules) {
      if (!rule.chain.empty() && rule.chain.front().use == step.use) rules_.push_back(&rule);
    }
  }

  std::vector<Mutant> run() && {
    std::vector<Mutant> out;
    Mutant lost{{}, fmt::format("without what `use {}` brings", step_.target), step_.use};
    for (const Rule* rule : rules_) {
      lost.rules.push_back(*rule);
      lost.rules.back().patterns.clear();
    }
    out.push_back(std::move(lost));
    for (const Pattern& except : exceptions()) {
      Mutant mutant{{}, fmt::format("without `except {}`", written(except)), span_of(except)};
      for (const Rule* rule : rules_) {
        Rule other = *rule;
        const auto is_it = [&](const Pattern& one) { return span_of(one) == span_of(except); };
        if (std::erase_if(other.except, is_it) > 0) mutant.rules.push_back(std::move(other));
      }
      out.push_back(std::move(mutant));
    }
    return out;
  }

 private:
  // As they are written, each once.
  std::vector<Pattern> exceptions() const {
    std::vector<Pattern> all;
    for (const Rule* rule : rules_) {
      for (const Pattern& except : rule->except) {
        const bool known = std::any_of(all.begin(), all.end(), [&](const Pattern& one) {
          return span_of(one) == span_of(except);
        });
        if (!known && is_within(span_of(except), step_.use)) all.push_back(except);
      }
    }
    std::sort(all.begin(), all.end(), [](const Pattern& one, const Pattern& other) {
      return span_of(one).begin < span_of(other).begin;
    });
    return all;
  }

  const UseStep& step_;
  std::vector<const Rule*> rules_;
};

}  // namespace

std::vector<Mutant> mutants_of(const Policy& policy) {
  std::vector<Mutant> all;
  const auto add = [&](std::vector<Mutant> some) {
    std::move(some.begin(), some.end(), std::back_inserter(all));
  };
  std::vector<Span> uses;
  for (const Rule& rule : policy.rules) {
    if (rule.chain.empty()) {
      add(Mutants(rule).run());
      continue;
    }
    const UseStep& step = rule.chain.front();
    if (std::find(uses.begin(), uses.end(), step.use) != uses.end()) continue;
    uses.push_back(step.use);
    add(UseMutants(policy, step).run());
  }
  return all;
}

Mutated::Mutated(Policy& policy, const Mutant& mutant) : policy_(policy) {
  for (const Rule& rule : mutant.rules) {
    Rule& place = policy_.rules[static_cast<size_t>(rule.id)];
    originals_.push_back(std::move(place));
    place = rule;
  }
}

Mutated::~Mutated() {
  for (Rule& rule : originals_) policy_.rules[static_cast<size_t>(rule.id)] = std::move(rule);
}

}  // namespace sbxc
