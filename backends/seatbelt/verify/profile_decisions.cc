// The rules that may be asked become one list, newest first and the operation before its parents,
// up to the tail. In each filter what does not look at the word is decided beforehand; what is left
// is a combination of marks. Alternatives that are plain string filters share one mark.
//
// Absorption: a rule that consists of one mark decides when that mark is there, so nothing asked
// later matters. Rules next to each other with the same action are one run: within it the order
// does not matter either.
#include "backends/seatbelt/verify/profile_decisions.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>

#include "backends/seatbelt/verify/word_language.h"

namespace sbxc::sbpl {
namespace {

using automata::Label;
using automata::Mark;
using automata::Marks;

struct Condition {
  enum class Kind : uint8_t { constant, mark, two_readings, all, any, no };
  Kind kind = Kind::constant;
  Truth truth = Truth::no;
  Mark mark{};
  Mark other{};
  std::vector<Condition> of{};

  bool is(Truth wanted) const { return kind == Kind::constant && truth == wanted; }
};

struct AskedRule {
  Condition condition;
  Action action{};
  uint32_t run = 0;
};

struct RuleList {
  std::vector<AskedRule> rules;
  Action tail{};
  // By mark: the first run that it plays a part in, and the first that it decides alone.
  std::vector<uint32_t> part_of;
  std::vector<uint32_t> decides;
};

bool has(Marks marks, Mark mark) { return std::binary_search(marks.begin(), marks.end(), mark); }

Truth evaluate(const Condition& condition, Marks marks) {
  switch (condition.kind) {
    case Condition::Kind::constant:
      return condition.truth;
    case Condition::Kind::mark:
      return has(marks, condition.mark) ? Truth::yes : Truth::no;
    case Condition::Kind::two_readings: {
      const bool one = has(marks, condition.mark);
      return one != has(marks, condition.other) ? Truth::unknown : one ? Truth::yes : Truth::no;
    }
    case Condition::Kind::all:
    case Condition::Kind::any: {
      const bool all = condition.kind == Condition::Kind::all;
      const Truth ends = all ? Truth::no : Truth::yes;
      Truth out = all ? Truth::yes : Truth::no;
      for (const Condition& one : condition.of) {
        const Truth truth = evaluate(one, marks);
        if (truth == ends) return ends;
        if (truth == Truth::unknown) out = truth;
      }
      return out;
    }
    case Condition::Kind::no: {
      const Truth of = evaluate(condition.of[0], marks);
      return of == Truth::unknown ? of : of == Truth::yes ? Truth::no : Truth::yes;
    }
  }
  return Truth::unknown;
}

Label decide(const RuleList& list, Marks marks) {
  bool allows = false;
  bool denies = false;
  const auto note = [&](Action action) { (action == Action::allow ? allows : denies) = true; };
  bool sure = false;
  for (const AskedRule& rule : list.rules) {
    const Truth truth = evaluate(rule.condition, marks);
    if (truth == Truth::no) continue;
    note(rule.action);
    sure = truth == Truth::yes;
    if (sure) break;
  }
  if (!sure) note(list.tail);
  return allows && denies ? kDepends : allows ? kAllows : kDenies;
}

class ListBuilder {
 public:
  ListBuilder(const WordRequests& requests, automata::Nfa& nfa)
      : requests_(requests),
        sample_(requests.with(requests.subject == "path" ? "/" : "x")),
        nfa_(nfa),
        words_(nfa) {}

  RuleList build(const Profile& profile) {
    RuleList list;
    bool closed = false;
    for (OperationId at = requests_.operation; !closed; at = facts_of(at).parent) {
      const OperationRules& rules = profile.rules(at);
      for (size_t i = rules.filtered.size(); i-- > 0 && !closed;) {
        closed = !add(rules.filtered[i], list);
      }
      if (closed || rules.tail == Tail::parent) continue;
      list.tail = rules.tail == Tail::allow ? Action::allow : Action::deny;
      closed = true;
    }
    index(list);
    return list;
  }

 private:
  // False when the rule decides whatever is left.
  bool add(const Rule& rule, RuleList& list) {
    nfa_.set_origin(static_cast<automata::Origin>(rule.line));
    Condition condition = condition_of(*rule.filter);
    if (condition.is(Truth::no)) return true;
    if (condition.is(Truth::yes)) {
      list.tail = rule.action;
      return false;
    }
    const bool same = !list.rules.empty() && list.rules.back().action == rule.action;
    const uint32_t run = list.rules.empty() ? 0 : list.rules.back().run + (same ? 0 : 1);
    list.rules.push_back({std::move(condition), rule.action, run});
    return true;
  }

  void index(RuleList& list) const {
    list.part_of.assign(next_mark_, std::numeric_limits<uint32_t>::max());
    list.decides.assign(next_mark_, std::numeric_limits<uint32_t>::max());
    for (const AskedRule& rule : list.rules) {
      note_marks(rule.condition, rule.run, list.part_of);
      if (rule.condition.kind != Condition::Kind::mark) continue;
      uint32_t& decides = list.decides[static_cast<size_t>(rule.condition.mark)];
      decides = std::min(decides, rule.run);
    }
  }
  static void note_marks(const Condition& condition, uint32_t run, std::vector<uint32_t>& part_of) {
    const auto note = [&](Mark mark) {
      uint32_t& first = part_of[static_cast<size_t>(mark)];
      first = std::min(first, run);
    };
    if (condition.kind == Condition::Kind::mark) note(condition.mark);
    if (condition.kind == Condition::Kind::two_readings) {
      note(condition.mark);
      note(condition.other);
    }
    for (const Condition& one : condition.of) note_marks(one, run, part_of);
  }

  static Condition constant(Truth truth) {
    return {.kind = Condition::Kind::constant, .truth = truth};
  }
  Mark fresh() { return static_cast<Mark>(next_mark_++); }

  // A string filter about the word, or null.
  const TextFilter* about_word(const Filter& filter) const {
    const auto* text = std::get_if<TextFilter>(&filter.test);
    return text != nullptr && text->subject == requests_.subject ? text : nullptr;
  }

  Condition condition_of(const Filter& filter) {
    if (const auto found = known_.find(&filter); found != known_.end()) return found->second;
    Condition made = build_condition(filter);
    known_.emplace(&filter, made);
    return made;
  }

  Condition build_condition(const Filter& filter) {
    if (const TextFilter* text = about_word(filter)) return word_condition(*text);
    if (const auto* all = std::get_if<AllFilter>(&filter.test)) return all_of(all->of);
    if (const auto* any = std::get_if<AnyFilter>(&filter.test)) return any_of(any->of);
    if (const auto* inner = std::get_if<NotFilter>(&filter.test)) return not_of(*inner->of);
    if (const auto* socket = std::get_if<UnixSocketFilter>(&filter.test)) {
      if (requests_.subject == "path") {
        return socket->path ? condition_of(*socket->path) : constant(Truth::yes);
      }
    }
    return constant(holds(filter, sample_, requests_.operation));
  }

  Condition word_condition(const TextFilter& text) {
    Condition made{.kind = Condition::Kind::mark, .mark = fresh()};
    words_.add(text, text.regex.get(), made.mark);
    if (text.other_reading) {
      made.kind = Condition::Kind::two_readings;
      made.other = fresh();
      words_.add(text, text.other_reading.get(), made.other);
    }
    return made;
  }

  Condition all_of(const std::vector<FilterPtr>& of) {
    Condition made{.kind = Condition::Kind::all};
    for (const FilterPtr& one : of) {
      Condition condition = condition_of(*one);
      if (condition.is(Truth::no)) return condition;
      if (!condition.is(Truth::yes)) made.of.push_back(std::move(condition));
    }
    if (made.of.empty()) return constant(Truth::yes);
    return made.of.size() == 1 ? std::move(made.of[0]) : made;
  }

  Condition any_of(const std::vector<FilterPtr>& of) {
    Condition made{.kind = Condition::Kind::any};
    std::optional<Mark> shared;
    for (const FilterPtr& one : of) {
      const TextFilter* text = about_word(*one);
      if (text != nullptr && !text->other_reading) {
        if (!shared) shared = fresh();
        words_.add(*text, text->regex.get(), *shared);
        continue;
      }
      Condition condition = condition_of(*one);
      if (condition.is(Truth::yes)) return condition;
      if (!condition.is(Truth::no)) made.of.push_back(std::move(condition));
    }
    if (shared) made.of.push_back({.kind = Condition::Kind::mark, .mark = *shared});
    if (made.of.empty()) return constant(Truth::no);
    return made.of.size() == 1 ? std::move(made.of[0]) : made;
  }

  Condition not_of(const Filter& inner) {
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
  automata::Nfa& nfa_;
  WordLanguage words_;
  std::map<const Filter*, Condition> known_;
  uint32_t next_mark_ = 0;
};

}  // namespace

std::string_view word_of(Label label) {
  if (label == kAllows) return "allow";
  if (label == kDepends) return "depends";
  return "deny";
}

Request WordRequests::with(std::string word) const {
  Request request = rest;
  if (subject == "path") {
    request.path = std::move(word);
  } else {
    request.names[subject] = std::move(word);
  }
  return request;
}

automata::Bounded<automata::Dfa> decisions_of(const Profile& profile, const WordRequests& requests,
                                              const automata::Budget& budget) {
  automata::Nfa nfa;
  const auto list = std::make_shared<const RuleList>(ListBuilder(requests, nfa).build(profile));
  const automata::Folding folding{
      .label = [list](Marks marks) { return decide(*list, marks); },
      .irrelevant =
          [list](Marks have, Mark other) {
            const uint32_t part_of = list->part_of[static_cast<size_t>(other)];
            return std::any_of(have.begin(), have.end(), [&](Mark mark) {
              return list->decides[static_cast<size_t>(mark)] <= part_of &&
                     list->decides[static_cast<size_t>(mark)] !=
                         std::numeric_limits<uint32_t>::max();
            });
          }};
  return automata::determinise(nfa, folding, *requests.domain, budget);
}

std::string rules_asked(const Profile& profile, const WordRequests& requests) {
  std::string key = requests.subject + '\n' + requests.rest.vnode_type.value_or("") + '\n';
  const auto add = [&](uint64_t value) {
    key.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  for (OperationId at = requests.operation;; at = facts_of(at).parent) {
    const OperationRules& rules = profile.rules(at);
    for (size_t i = rules.filtered.size(); i-- > 0;) {
      add(reinterpret_cast<uintptr_t>(rules.filtered[i].filter.get()));
      add(static_cast<uint64_t>(rules.filtered[i].action));
    }
    if (rules.tail == Tail::parent) continue;
    add(static_cast<uint64_t>(rules.tail));
    return key;
  }
}

}  // namespace sbxc::sbpl
