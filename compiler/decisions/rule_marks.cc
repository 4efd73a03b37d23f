// The first marks are the classes of verdict_classes.h themselves.
//
// When a mark makes others irrelevant is what keeps automata small: beside a deny that is there for
// good nothing matters; beside an allow no further allow of that part does; beside an ask neither.
// Marks of rules with exceptions settle nothing, for the exception may hold further on.
#include "compiler/decisions/rule_marks.h"

#include <algorithm>
#include <string>

#include "compiler/decisions/class_labels.h"
#include "compiler/policy/overlap.h"

namespace sbxc {

namespace {

using automata::Mark;
using automata::Marks;

constexpr uint32_t kClasses = kVerdictClasses;

// Whether one more rule of `of_class` changes nothing where `certain` are heard already.
bool settled(ClassSet certain, uint32_t of_class) {
  if ((certain & kDenyClasses) != 0 || has(certain, of_class)) return true;
  const uint32_t part = part_of_class(of_class);
  return of_class == class_of(part, Effect::allow) && has(certain, class_of(part, Effect::ask));
}

struct MarkFacts {
  ClassSet classes = 0;          // of a rule with exceptions one, of exceptions any
  std::optional<Mark> except{};  // of a rule: its exceptions'
  bool operator==(const MarkFacts&) const = default;
};

// What marks mean from kClasses on. INVARIANT: exceptions have a lower number than their rules.
struct VerdictFolding {
  Operation operation{};
  std::vector<MarkFacts> facts;

  const MarkFacts& of(Mark mark) const { return facts[static_cast<size_t>(mark) - kClasses]; }
  static bool is_class(Mark mark) { return static_cast<uint32_t>(mark) < kClasses; }
  static bool contains(Marks marks, Mark mark) {
    return std::binary_search(marks.begin(), marks.end(), mark);
  }

  ClassSet classes(Marks marks) const {
    ClassSet heard = 0;
    for (const Mark mark : marks) {
      if (is_class(mark)) {
        heard |= bit(static_cast<uint32_t>(mark));
      } else if (const MarkFacts& fact = of(mark); fact.except && !contains(marks, *fact.except)) {
        heard |= fact.classes;
      }
    }
    return heard;
  }

  automata::Label label(Marks marks) const {
    return label_of(verdict_of(classes(marks), operation));
  }

  // Without a rule that grants, denials change nothing.
  bool futile(Marks some) const {
    ClassSet heard = 0;
    for (const Mark mark : some) {
      if (is_class(mark)) {
        heard |= bit(static_cast<uint32_t>(mark));
      } else if (const MarkFacts& fact = of(mark); fact.except) {
        heard |= fact.classes;
      }
    }
    return !can_grant(heard, operation);
  }

  bool irrelevant(Marks have, Mark other) const {
    ClassSet certain = 0;
    for (const Mark mark : have) {
      if (is_class(mark)) certain |= bit(static_cast<uint32_t>(mark));
    }
    if ((certain & kDenyClasses) != 0 || contains(have, other)) return true;
    if (is_class(other)) return settled(certain, static_cast<uint32_t>(other));
    const MarkFacts& fact = of(other);
    if (fact.except && contains(have, *fact.except)) return true;
    for (uint32_t c = 0; c < kClasses; ++c) {
      if (has(fact.classes, c) && !settled(certain, c)) return false;
    }
    return true;
  }
};

std::string text_of(const std::vector<Pattern>& patterns) {
  std::vector<std::string> texts;
  texts.reserve(patterns.size());
  for (const Pattern& pattern : patterns) texts.push_back(text(pattern));
  std::sort(texts.begin(), texts.end());
  std::string all;
  for (const std::string& one : texts) all += one + '\n';
  return all;
}

class VerdictMarks {
 public:
  VerdictMarks(const Policy& policy, Os os, Operation operation)
      : folding_(std::make_shared<VerdictFolding>()) {
    folding_->operation = operation;
    ClassSet heard = 0;
    for (const Rule& rule : policy.rules) {
      const auto part = rule.os.has(os) ? part_of(rule, operation) : std::nullopt;
      if (part) heard |= bit(class_of(*part, rule.effect));
    }
    if (!can_grant(heard, operation)) return;
    for (const Rule& rule : policy.rules) {
      const auto part = rule.os.has(os) ? part_of(rule, operation) : std::nullopt;
      if (part) add(rule, class_of(*part, rule.effect));
    }
  }

  MarkedRules take() && {
    MarkedRules out{std::move(marked_), {}, PartLabels{}};
    out.folding.label = [folding = folding_](Marks marks) { return folding->label(marks); };
    out.folding.irrelevant = [folding = folding_](Marks have, Mark other) {
      return folding->irrelevant(have, other);
    };
    out.folding.futile = [folding = folding_](Marks some) { return folding->futile(some); };
    out.parts->folding.label = [folding = folding_](Marks marks) {
      return label_of_classes(folding->classes(marks));
    };
    out.parts->folding.irrelevant = out.folding.irrelevant;
    out.parts->both = [](automata::Label a, automata::Label b) {
      if (a == automata::kOutside) return automata::kOutside;
      return label_of_classes(classes_of(a) | classes_of(b));
    };
    out.parts->finish = [operation = folding_->operation](automata::Label label) {
      if (label == automata::kOutside) return label;
      return label_of(verdict_of(classes_of(label), operation));
    };
    return out;
  }

 private:
  void add(const Rule& rule, uint32_t of_class) {
    if (rule.except.empty()) {
      marked_.push_back({rule.id, rule.patterns, Mark{of_class}});
      return;
    }
    const Mark except = except_mark(rule);
    folding_->facts[static_cast<size_t>(except) - kClasses].classes |= bit(of_class);
    marked_.push_back({rule.id, rule.patterns, mark_beside(except, of_class), except, false});
  }

  // Exceptions that say the same have one mark, and are added for the first rule alone.
  Mark except_mark(const Rule& rule) {
    const auto [found, fresh] = by_text_.try_emplace(text_of(rule.except));
    if (fresh) {
      found->second = next({});
      marked_.push_back({rule.id, rule.except, found->second, std::nullopt, true});
    }
    return found->second;
  }

  Mark mark_beside(Mark except, uint32_t of_class) {
    const auto [found, fresh] = beside_.try_emplace({except, of_class});
    if (fresh) found->second = next({.classes = bit(of_class), .except = except});
    return found->second;
  }

  Mark next(const MarkFacts& facts) {
    folding_->facts.push_back(facts);
    return static_cast<Mark>(kClasses + folding_->facts.size() - 1);
  }

  std::shared_ptr<VerdictFolding> folding_;
  std::vector<MarkedPatterns> marked_;
  std::map<std::string, Mark> by_text_;
  std::map<std::pair<Mark, uint32_t>, Mark> beside_;
};

}  // namespace

MarkedRules verdict_marks(const Policy& policy, Os os, Operation operation) {
  return VerdictMarks(policy, os, operation).take();
}

automata::Label RuleSets::label(std::vector<RuleId> sorted) {
  const auto found = known_.find(sorted);
  if (found != known_.end()) return found->second;
  if (sets_.size() > kMost) {
    overflowed_ = true;
    return automata::Label{1};
  }
  const auto label = static_cast<automata::Label>(sets_.size());
  sets_.push_back(sorted);
  known_.emplace(std::move(sorted), label);
  return label;
}

// Rule r has the mark 2r for its patterns and 2r + 1 for its exceptions.
MarkedRules rule_marks(const Policy& policy, Os os, Operation operation,
                       std::shared_ptr<RuleSets> sets) {
  MarkedRules out;
  for (const Rule& rule : policy.rules) {
    if (!rule.os.has(os) || !part_of(rule, operation)) continue;
    const uint32_t mark = 2 * static_cast<uint32_t>(rule.id);
    out.marked.push_back({rule.id, rule.patterns, Mark{mark}});
    if (!rule.except.empty()) out.marked.push_back({rule.id, rule.except, Mark{mark + 1}});
  }
  out.folding.label = [sets = std::move(sets)](Marks marks) {
    std::vector<RuleId> rules;
    for (size_t i = 0; i < marks.size(); ++i) {
      const auto mark = static_cast<uint32_t>(marks[i]);
      const bool excepted = i + 1 < marks.size() && static_cast<uint32_t>(marks[i + 1]) == mark + 1;
      if (mark % 2 == 0 && !excepted) rules.push_back(RuleId{mark / 2});
    }
    return sets->label(std::move(rules));
  };
  out.folding.irrelevant = [](Marks have, Mark other) {
    return std::binary_search(have.begin(), have.end(), other);
  };
  return out;
}

}  // namespace sbxc
