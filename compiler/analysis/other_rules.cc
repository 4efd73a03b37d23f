// A rule with exceptions has two marks, one for its patterns and one for its exceptions, any other
// rule has one. Two rules that deny for good settle a word whichever rule is left out; for the rest
// see heard_rules.h. Where the whole grows too large it is decided in parts.
#include "compiler/analysis/other_rules.h"

#include <algorithm>

#include "compiler/automata/live.h"
#include "compiler/decisions/decide_marked.h"

namespace sbxc {

namespace {

using automata::Mark;
using automata::Marks;

struct MarkFacts {
  RuleId rule{};
  uint32_t of_class = 0;
  std::optional<Mark> except{};  // of patterns of a rule with exceptions: theirs
  bool is_except = false;
};

struct OtherFolding {
  std::vector<MarkFacts> facts{};  // by mark
  std::shared_ptr<HeardRules> rules = std::make_shared<HeardRules>();

  const MarkFacts& of(Mark mark) const { return facts[static_cast<size_t>(mark)]; }
  static bool contains(Marks marks, Mark mark) {
    return std::binary_search(marks.begin(), marks.end(), mark);
  }

  automata::Label label(Marks marks) const {
    Speakers heard{};
    for (const Mark mark : marks) {
      const MarkFacts& fact = of(mark);
      if (fact.is_except || (fact.except && contains(marks, *fact.except))) continue;
      add(heard, fact.of_class, fact.rule);
    }
    return rules->label(heard);
  }

  bool irrelevant(Marks have, Mark other) const {
    if (contains(have, other)) return true;
    Speakers certain{};
    for (const Mark mark : have) {
      const MarkFacts& fact = of(mark);
      if (!fact.is_except && !fact.except) add(certain, fact.of_class, fact.rule);
    }
    const MarkFacts& fact = of(other);
    return (fact.except && contains(have, *fact.except)) || is_settled(certain, fact.of_class);
  }
};

MarkedRules marks_of(const Policy& policy, Os os, Operation operation,
                     const std::shared_ptr<OtherFolding>& folding) {
  MarkedRules out{{}, {}, PartLabels{}};
  const auto next = [&](const MarkFacts& fact) {
    folding->facts.push_back(fact);
    return static_cast<Mark>(folding->facts.size() - 1);
  };
  for (const Rule& rule : policy.rules) {
    const auto part = rule.os.has(os) ? part_of(rule, operation) : std::nullopt;
    if (!part) continue;
    const uint32_t of_class = class_of(*part, rule.effect);
    std::optional<Mark> except;
    if (!rule.except.empty()) {
      except = next({.rule = rule.id, .of_class = of_class, .is_except = true});
      out.marked.push_back({rule.id, rule.except, *except, std::nullopt, true});
    }
    const Mark mark = next({.rule = rule.id, .of_class = of_class, .except = except});
    out.marked.push_back({rule.id, rule.patterns, mark, except});
  }
  out.folding.label = [folding](Marks marks) { return folding->label(marks); };
  out.folding.irrelevant = [folding](Marks have, Mark other) {
    return folding->irrelevant(have, other);
  };
  out.parts->folding = out.folding;
  out.parts->both = [folding](automata::Label one, automata::Label other) {
    return folding->rules->both(one, other);
  };
  out.parts->finish = [](automata::Label label) { return label; };
  return out;
}

}  // namespace

std::optional<OtherRules> OtherRules::of(const Policy& policy, Os os, Operation operation,
                                         const automata::Budget& budget) {
  const auto folding = std::make_shared<OtherFolding>();
  const MarkedRules marked = marks_of(policy, os, operation, folding);
  auto heard = decide_marked(policy, operation, marked, budget);
  if (!heard) return std::nullopt;
  return OtherRules(std::get<automata::Dfa>(std::move(*heard)), folding->rules);
}

OtherRules::OtherRules(automata::Dfa heard, std::shared_ptr<const HeardRules> rules)
    : heard_(std::move(heard)), rules_(std::move(rules)) {
  const automata::StepsBack back(heard_);
  open_ = back.live([&](automata::Label label) {
    return label != automata::kOutside && !is_denied(rules_->speakers(label));
  });
  for (uint32_t state = 0; state < heard_.size(); ++state) {
    const auto rule = only_denier(rules_->speakers(heard_.label(automata::State{state})));
    if (!rule || open_without_.contains(*rule)) continue;
    open_without_[*rule] = back.live(
        open_, [&](automata::Label label) { return only_denier(rules_->speakers(label)) == rule; });
  }
}

std::vector<ClassSet> OtherRules::without(RuleId rule) const {
  std::vector<ClassSet> classes;
  for (uint32_t label = 0; label < rules_->size(); ++label) {
    classes.push_back(classes_without(rules_->speakers(automata::Label{label}), rule));
  }
  return classes;
}

const std::vector<bool>& OtherRules::open_without(RuleId rule) const {
  const auto found = open_without_.find(rule);
  return found == open_without_.end() ? open_ : found->second;
}

}  // namespace sbxc
