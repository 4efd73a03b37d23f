#include "backends/seatbelt/verify/rule_list.h"

#include <iterator>

namespace sbxc::sbpl {
namespace {

Condition constant(Truth truth) { return {.kind = Condition::Kind::constant, .truth = truth}; }

class ListBuilder {
 public:
  explicit ListBuilder(const WordRequests& requests)
      : requests_(requests), sample_(requests.with(requests.subject == "path" ? "/" : "x")) {}

  RuleList build(const Profile& profile) const {
    RuleList list;
    for (OperationId at = requests_.operation;; at = facts_of(at).parent) {
      const OperationRules& rules = profile.rules(at);
      for (size_t i = rules.filtered.size(); i-- > 0;) {
        if (!add(rules.filtered[i], list)) return list;
      }
      if (rules.tail == Tail::parent) continue;
      list.tail = rules.tail == Tail::allow ? Action::allow : Action::deny;
      return list;
    }
  }

 private:
  // False when the rule decides whatever is left.
  bool add(const Rule& rule, RuleList& list) const {
    Condition condition = condition_of(*rule.filter);
    if (condition.is(Truth::no)) return true;
    if (condition.is(Truth::yes)) {
      list.tail = rule.action;
      return false;
    }
    list.rules.push_back({std::move(condition), rule.action, rule.line});
    return true;
  }

  Condition condition_of(const Filter& filter) const {
    const auto* text = std::get_if<TextFilter>(&filter.test);
    if (text != nullptr && text->subject == requests_.subject) {
      return {.kind = Condition::Kind::word, .word = text};
    }
    if (const auto* all = std::get_if<AllFilter>(&filter.test)) {
      return joined(all->of, Condition::Kind::all);
    }
    if (const auto* any = std::get_if<AnyFilter>(&filter.test)) {
      return joined(any->of, Condition::Kind::any);
    }
    if (const auto* inner = std::get_if<NotFilter>(&filter.test)) return not_of(*inner->of);
    if (const auto* socket = std::get_if<UnixSocketFilter>(&filter.test)) {
      if (requests_.subject == "path") {
        return socket->path ? condition_of(*socket->path) : constant(Truth::yes);
      }
    }
    return constant(holds(filter, sample_, requests_.operation));
  }

  Condition joined(const std::vector<FilterPtr>& of, Condition::Kind kind) const {
    const Truth ends = kind == Condition::Kind::all ? Truth::no : Truth::yes;
    const Truth neutral = kind == Condition::Kind::all ? Truth::yes : Truth::no;
    Condition made{.kind = kind};
    for (const FilterPtr& one : of) {
      Condition condition = condition_of(*one);
      if (condition.is(ends)) return condition;
      if (condition.is(neutral)) continue;
      if (condition.kind == kind) {
        std::move(condition.of.begin(), condition.of.end(), std::back_inserter(made.of));
      } else {
        made.of.push_back(std::move(condition));
      }
    }
    if (made.of.empty()) return constant(neutral);
    if (made.of.size() > 1) return made;
    Condition only = std::move(made.of[0]);
    return only;
  }

  Condition not_of(const Filter& inner) const {
    Condition condition = condition_of(inner);
    if (condition.kind == Condition::Kind::constant) {
      if (condition.truth == Truth::unknown) return condition;
      return constant(condition.truth == Truth::yes ? Truth::no : Truth::yes);
    }
    Condition made{.kind = Condition::Kind::no};
    made.of.push_back(std::move(condition));
    return made;
  }

  const WordRequests& requests_;
  Request sample_;  // for what does not look at the word
};

}  // namespace

Request WordRequests::with(std::string word) const {
  Request request = rest;
  if (subject == "path") {
    request.path = std::move(word);
  } else {
    request.names[subject] = std::move(word);
  }
  return request;
}

RuleList rules_asked(const Profile& profile, const WordRequests& requests) {
  return ListBuilder(requests).build(profile);
}

}  // namespace sbxc::sbpl
