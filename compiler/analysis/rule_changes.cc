// Operations in which neither the old rule nor the new one takes part are passed over, as are those
// that nobody is granted. Words are decided by change_walk.h; where that goes over the budget, and
// for hosts and system calls, the operation is decided anew and compared.
#include "compiler/analysis/rule_changes.h"

#include "compiler/automata/product.h"
#include "compiler/decisions/matched.h"
#include "compiler/decisions/request_sets.h"

namespace sbxc {

struct RuleChanges::Asked {
  const Policy& policy;
  const Rule& was;
  const Rule& is;

  static std::optional<uint32_t> part(const Rule& rule, Os os, Operation operation) {
    return rule.os.has(os) ? part_of(rule, operation) : std::nullopt;
  }
};

namespace {

ClassSet classes_of(std::optional<uint32_t> part, Effect effect) {
  return part ? bit(class_of(*part, effect)) : 0;
}

bool can_be_granted(const Policy& policy, Os os, Operation operation) {
  ClassSet heard = 0;
  for (const Rule& rule : policy.rules) {
    if (rule.os.has(os)) heard |= classes_of(part_of(rule, operation), rule.effect);
  }
  return can_grant(heard, operation);
}

}  // namespace

Budgeted<std::optional<Difference>> RuleChanges::first_difference(const Policy& after,
                                                                  RuleId rule) {
  const Asked asked{after, before_.policy().rule(rule), after.rule(rule)};
  change_.clear();
  for (const OperationFacts& facts : kOperations) {
    const Operation operation = facts.operation;
    const bool alike = before_.are_alike(operation) && asked.is.os == OsSet{};
    for (const Os os : kEverySystem) {
      if (alike && os == Os::macos) continue;
      if (!Asked::part(asked.was, os, operation) && !Asked::part(asked.is, os, operation)) continue;
      auto one = difference(asked, os, operation);
      if (!one || *one) return one;
    }
  }
  return std::optional<Difference>();
}

Budgeted<std::optional<Difference>> RuleChanges::difference(const Asked& asked, Os os,
                                                            Operation operation) {
  if (is_about_words(operation)) {
    if (!can_be_granted(before_.policy(), os, operation) &&
        !can_be_granted(asked.policy, os, operation)) {
      return std::optional<Difference>();
    }
    bool decided = false;
    auto found = in_words(asked, os, operation, &decided);
    if (decided) return found;
  }
  const auto& one = before_.of(os, operation);
  if (!one) return tl::unexpected(one.error());
  const auto other = decisions_of(asked.policy, os, operation, before_.budget());
  if (!other) return tl::unexpected(other.error());
  return sbxc::first_difference(operation, os, *one, *other);
}

std::optional<Difference> RuleChanges::in_words(const Asked& asked, Os os, Operation operation,
                                                bool* decided) {
  const OtherRules* rules = others(os, operation);
  const automata::Dfa* held = rules != nullptr ? change_of(asked, operation) : nullptr;
  if (held == nullptr) return std::nullopt;
  const RuleChange change{asked.was.id, operation, held,
                          classes_of(Asked::part(asked.was, os, operation), asked.was.effect),
                          classes_of(Asked::part(asked.is, os, operation), asked.is.effect)};
  auto found = changed_word(change, *rules, before_.budget());
  *decided = found.has_value();
  if (!found || !*found) return std::nullopt;
  return Difference{{operation, std::move((*found)->word)}, os, (*found)->before, (*found)->after};
}

const OtherRules* RuleChanges::others(Os os, Operation operation) {
  if (before_.are_alike(operation)) os = Os::linux;
  const auto [found, fresh] = others_.try_emplace({os, operation});
  if (fresh) {
    found->second = OtherRules::of(before_.policy(), os, operation, before_.budget());
  }
  return found->second ? &*found->second : nullptr;
}

const automata::Dfa* RuleChanges::held_before(const Rule& rule) {
  if (known_rule_ != rule.id) {
    known_rule_ = rule.id;
    held_.reset();
    auto held =
        matches_of(before_.policy(), rule.operation, rule.patterns, rule.except, before_.budget());
    if (held) held_ = std::get<automata::Dfa>(std::move(*held));
  }
  return held_ ? &*held_ : nullptr;
}

// Left as the two make it: a walk passes it once, which costs less than making it minimal.
const automata::Dfa* RuleChanges::change_of(const Asked& asked, Operation operation) {
  const auto [found, fresh] = change_.try_emplace(facts_of(operation).kind);
  if (!fresh) return found->second ? &*found->second : nullptr;
  const automata::Dfa* was = held_before(asked.was);
  if (was == nullptr) return nullptr;
  const auto is =
      matches_of(asked.policy, operation, asked.is.patterns, asked.is.except, before_.budget());
  if (!is) return nullptr;
  const auto label = [](automata::Label before, automata::Label after) {
    if (before == automata::kOutside) return automata::kOutside;
    return change_label(is_matched(before), is_matched(after));
  };
  auto both = automata::product(*was, std::get<automata::Dfa>(*is), label, before_.budget());
  if (!both) return nullptr;
  found->second = std::move(*both);
  return &*found->second;
}

}  // namespace sbxc
