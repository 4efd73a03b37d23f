// Alternatives that are plain string filters share one mark.
//
// Absorption: a rule that consists of one mark decides when that mark is there, so nothing asked
// later matters. Rules next to each other with the same action are one run: within it the order
// does not matter either.
#include "backends/seatbelt/verify/profile_decisions.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "backends/seatbelt/verify/rule_list.h"
#include "backends/seatbelt/verify/word_language.h"

namespace sbxc::sbpl {
namespace {

using automata::Label;
using automata::Mark;
using automata::Marks;

constexpr uint32_t kNever = std::numeric_limits<uint32_t>::max();

// A condition with marks for its string filters.
struct Marked {
  enum class Kind : uint8_t { constant, mark, two_readings, all, any, no };
  Kind kind = Kind::constant;
  Truth truth = Truth::no;
  Mark mark{};
  Mark other{};
  std::vector<Marked> of{};
};

struct MarkedRule {
  Marked condition;
  Action action{};
  uint32_t run = 0;
};

struct MarkedList {
  std::vector<MarkedRule> rules;
  Action tail{};
  // By mark: the first run that it plays a part in, and the first that it decides alone.
  std::vector<uint32_t> part_of;
  std::vector<uint32_t> decides;
};

bool has(Marks marks, Mark mark) { return std::binary_search(marks.begin(), marks.end(), mark); }

Truth evaluate(const Marked& condition, Marks marks) {
  switch (condition.kind) {
    case Marked::Kind::constant:
      return condition.truth;
    case Marked::Kind::mark:
      return has(marks, condition.mark) ? Truth::yes : Truth::no;
    case Marked::Kind::two_readings: {
      const bool one = has(marks, condition.mark);
      return one != has(marks, condition.other) ? Truth::unknown : one ? Truth::yes : Truth::no;
    }
    case Marked::Kind::all:
    case Marked::Kind::any: {
      const bool all = condition.kind == Marked::Kind::all;
      const Truth ends = all ? Truth::no : Truth::yes;
      Truth out = all ? Truth::yes : Truth::no;
      for (const Marked& one : condition.of) {
        const Truth truth = evaluate(one, marks);
        if (truth == ends) return ends;
        if (truth == Truth::unknown) out = truth;
      }
      return out;
    }
    case Marked::Kind::no: {
      const Truth of = evaluate(condition.of[0], marks);
      return of == Truth::unknown ? of : of == Truth::yes ? Truth::no : Truth::yes;
    }
  }
  return Truth::unknown;
}

Label decide(const MarkedList& list, Marks marks) {
  bool allows = false;
  bool denies = false;
  const auto note = [&](Action action) { (action == Action::allow ? allows : denies) = true; };
  bool sure = false;
  for (const MarkedRule& rule : list.rules) {
    const Truth truth = evaluate(rule.condition, marks);
    if (truth == Truth::no) continue;
    note(rule.action);
    sure = truth == Truth::yes;
    if (sure) break;
  }
  if (!sure) note(list.tail);
  return allows && denies ? kDepends : allows ? kAllows : kDenies;
}

class Marker {
 public:
  explicit Marker(automata::Nfa& nfa) : nfa_(nfa), words_(nfa) {}

  MarkedList mark(const RuleList& asked) {
    MarkedList list{.rules = {}, .tail = asked.tail, .part_of = {}, .decides = {}};
    uint32_t run = 0;
    for (const AskedRule& rule : asked.rules) {
      nfa_.set_origin(automata::Origin{rule.line});
      if (!list.rules.empty() && list.rules.back().action != rule.action) ++run;
      list.rules.push_back({marked(rule.condition), rule.action, run});
    }
    list.part_of.assign(next_mark_, kNever);
    list.decides.assign(next_mark_, kNever);
    for (const MarkedRule& rule : list.rules) {
      note_marks(rule.condition, rule.run, list.part_of);
      if (rule.condition.kind != Marked::Kind::mark) continue;
      uint32_t& decides = list.decides[static_cast<size_t>(rule.condition.mark)];
      decides = std::min(decides, rule.run);
    }
    return list;
  }

 private:
  static void note_marks(const Marked& condition, uint32_t run, std::vector<uint32_t>& part_of) {
    const auto note = [&](Mark mark) {
      uint32_t& first = part_of[static_cast<size_t>(mark)];
      first = std::min(first, run);
    };
    if (condition.kind == Marked::Kind::mark) note(condition.mark);
    if (condition.kind == Marked::Kind::two_readings) {
      note(condition.mark);
      note(condition.other);
    }
    for (const Marked& one : condition.of) note_marks(one, run, part_of);
  }

  Mark fresh() { return static_cast<Mark>(next_mark_++); }

  Marked marked(const Condition& condition) {
    switch (condition.kind) {
      case Condition::Kind::constant:
        return {.kind = Marked::Kind::constant, .truth = condition.truth};
      case Condition::Kind::word:
        return word(*condition.word);
      case Condition::Kind::all:
        return of(condition, Marked::Kind::all);
      case Condition::Kind::no:
        return of(condition, Marked::Kind::no);
      case Condition::Kind::any:
        return any(condition);
    }
    return {};
  }

  Marked word(const TextFilter& filter) {
    Marked made{.kind = Marked::Kind::mark, .mark = fresh()};
    words_.add(filter, filter.regex.get(), made.mark);
    if (filter.other_reading) {
      made.kind = Marked::Kind::two_readings;
      made.other = fresh();
      words_.add(filter, filter.other_reading.get(), made.other);
    }
    return made;
  }

  Marked of(const Condition& condition, Marked::Kind kind) {
    Marked made{.kind = kind};
    for (const Condition& one : condition.of) made.of.push_back(marked(one));
    return made;
  }

  Marked any(const Condition& condition) {
    Marked made{.kind = Marked::Kind::any};
    std::optional<Mark> shared;
    for (const Condition& one : condition.of) {
      if (one.kind == Condition::Kind::word && !one.word->other_reading) {
        if (!shared) shared = fresh();
        words_.add(*one.word, one.word->regex.get(), *shared);
      } else {
        made.of.push_back(marked(one));
      }
    }
    if (!shared) return made;
    Marked words{.kind = Marked::Kind::mark, .mark = *shared};
    if (made.of.empty()) return words;
    made.of.push_back(std::move(words));
    return made;
  }

  automata::Nfa& nfa_;
  WordLanguage words_;
  uint32_t next_mark_ = 0;
};

}  // namespace

std::string_view word_of(Label label) {
  if (label == kAllows) return "allow";
  if (label == kDepends) return "depends";
  return "deny";
}

automata::Bounded<automata::Dfa> decisions_of(const Profile& profile, const WordRequests& requests,
                                              const automata::Budget& budget) {
  automata::Nfa nfa;
  const auto list =
      std::make_shared<const MarkedList>(Marker(nfa).mark(rules_asked(profile, requests)));
  const automata::Folding folding{
      .label = [list](Marks marks) { return decide(*list, marks); },
      .irrelevant =
          [list](Marks have, Mark other) {
            const uint32_t part_of = list->part_of[static_cast<size_t>(other)];
            return std::any_of(have.begin(), have.end(), [&](Mark mark) {
              const uint32_t decides = list->decides[static_cast<size_t>(mark)];
              return decides != kNever && decides <= part_of;
            });
          }};
  return automata::determinise(nfa, folding, *requests.domain, budget);
}

}  // namespace sbxc::sbpl
