// Conditions have labels for no, yes and unknown, and Kleene's logic. What was decided once is kept
// by a key that spells out the condition: operations share most of theirs.
#include "backends/seatbelt/verify/profile_paths.h"

#include <algorithm>
#include <set>

namespace sbxc::sbpl {
namespace {

using automata::Bounded;
using automata::Label;
using automata::Mark;
using paths::PathDfa;

constexpr Label kNo{1};
constexpr Label kYes{2};
constexpr Label kUnknown{3};

Label label_of(Truth truth) {
  return truth == Truth::no ? kNo : truth == Truth::yes ? kYes : kUnknown;
}
Label both(Label a, Label b) {
  if (a == kNo || b == kNo) return kNo;
  return a == kUnknown || b == kUnknown ? kUnknown : kYes;
}
Label either(Label a, Label b) {
  if (a == kYes || b == kYes) return kYes;
  return a == kUnknown || b == kUnknown ? kUnknown : kNo;
}
Label negated(Label a) { return a == kUnknown ? a : a == kNo ? kYes : kNo; }
Label same(Label a, Label b) { return a == b ? a : kUnknown; }

PathDecisions shared(PathDfa dfa) { return std::make_shared<const PathDfa>(std::move(dfa)); }

}  // namespace

ProfilePaths::ProfilePaths(const Profile& profile, const std::vector<OperationId>& operations,
                           paths::Languages& languages, uint32_t origin_of_lines)
    : profile_(profile),
      languages_(languages),
      words_(languages.nfa),
      start_(languages.nfa.starts().back()) {
  std::set<OperationId> done;
  for (OperationId at : operations) {
    for (;; at = facts_of(at).parent) {
      if (!done.insert(at).second) break;
      for (const Rule& rule : profile.rules(at).filtered) {
        languages.nfa.set_origin(automata::Origin{origin_of_lines + rule.line});
        add(*rule.filter);
      }
      if (facts_of(at).parent == at || profile.rules(at).tail != Tail::parent) break;
    }
  }
}

void ProfilePaths::add(const Filter& filter) {
  if (const auto* text = std::get_if<TextFilter>(&filter.test)) return add(*text);
  if (const auto* all = std::get_if<AllFilter>(&filter.test)) {
    for (const FilterPtr& one : all->of) add(*one);
  }
  if (const auto* any = std::get_if<AnyFilter>(&filter.test)) {
    for (const FilterPtr& one : any->of) add(*one);
  }
  if (const auto* inner = std::get_if<NotFilter>(&filter.test)) add(*inner->of);
  if (const auto* socket = std::get_if<UnixSocketFilter>(&filter.test)) {
    if (socket->path) add(*socket->path);
  }
}

void ProfilePaths::add(const TextFilter& text) {
  if (text.subject != "path") return;
  const auto [known, fresh] = marks_.try_emplace(&text);
  if (!fresh) return;
  const paths::Marks marks = languages_.reserve(text.other_reading ? 2 : 1);
  known->second = {marks[0], marks[marks.count - 1]};
  words_.add(text, text.regex.get(), marks[0]);
  if (text.other_reading) words_.add(text, text.other_reading.get(), marks[1]);
}

// One question, with what it needs everywhere.
struct ProfilePaths::Deciding {
  ProfilePaths& on;
  const paths::PathSpace& space;
  const automata::Budget& budget;

  // Some words: kYes where any of the marks is.
  Bounded<PathDecisions> any_mark(std::vector<Mark> marks) const {
    std::sort(marks.begin(), marks.end());
    std::string key = "marks";
    for (const Mark mark : marks) key += ' ' + std::to_string(static_cast<uint32_t>(mark));
    return known(key, [&]() {
      return paths::decide_paths(
          space,
          {.starts = {on.start_},
           .as = [&](Mark mark) -> std::optional<Mark> {
             if (!std::binary_search(marks.begin(), marks.end(), mark)) return std::nullopt;
             return Mark{0};
           },
           .folding = {.label = [](automata::Marks has) { return has.empty() ? kNo : kYes; }}},
          budget);
    });
  }

  template <typename Make>
  Bounded<PathDecisions> known(const std::string& key, const Make& make) const {
    if (const auto found = on.known_.find(key); found != on.known_.end()) return found->second;
    Bounded<PathDfa> made = make();
    if (!made) return tl::unexpected(made.error());
    return on.known_.emplace(key, shared(std::move(*made))).first->second;
  }

  std::string key_of(const Condition& condition) const {
    switch (condition.kind) {
      case Condition::Kind::constant:
        return std::to_string(static_cast<int>(condition.truth)) + 'c';
      case Condition::Kind::word:
        return std::to_string(static_cast<uint32_t>(on.marks_.at(condition.word).mark)) + 'w';
      case Condition::Kind::all:
      case Condition::Kind::any:
      case Condition::Kind::no:
        break;
    }
    std::string key = condition.kind == Condition::Kind::all   ? "all("
                      : condition.kind == Condition::Kind::any ? "any("
                                                               : "no(";
    for (const Condition& one : condition.of) key += key_of(one) + ' ';
    return key + ')';
  }

  Bounded<PathDecisions> joined(const Bounded<PathDecisions>& a, const Bounded<PathDecisions>& b,
                                const paths::Join& join) const {
    if (!a) return a;
    if (!b) return b;
    auto made = paths::product(**a, **b, join, budget);
    if (!made) return tl::unexpected(made.error());
    return shared(std::move(*made));
  }

  Bounded<PathDecisions> truth_of(const Condition& condition) const {
    const std::string key = key_of(condition);
    if (const auto found = on.known_.find(key); found != on.known_.end()) return found->second;
    Bounded<PathDecisions> made = build(condition);
    if (made) on.known_.emplace(key, *made);
    return made;
  }

  Bounded<PathDecisions> build(const Condition& condition) const {
    switch (condition.kind) {
      case Condition::Kind::constant:
        return shared(PathDfa::constant(space, label_of(condition.truth)));
      case Condition::Kind::word: {
        const Readings marks = on.marks_.at(condition.word);
        if (marks.mark == marks.other) return any_mark({marks.mark});
        return joined(any_mark({marks.mark}), any_mark({marks.other}), same);
      }
      case Condition::Kind::no: {
        auto of = truth_of(condition.of[0]);
        if (!of) return of;
        return shared(paths::relabel(**of, negated));
      }
      case Condition::Kind::any:
        return any_of(condition.of);
      case Condition::Kind::all: {
        Bounded<PathDecisions> made = truth_of(condition.of[0]);
        for (size_t i = 1; i < condition.of.size() && made; ++i) {
          made = joined(made, truth_of(condition.of[i]), both);
        }
        return made;
      }
    }
    return shared(PathDfa::constant(space, kUnknown));
  }

  // Plain words are decided together.
  Bounded<PathDecisions> any_of(const std::vector<Condition>& of) const {
    std::vector<Mark> marks;
    Bounded<PathDecisions> made = shared(PathDfa::constant(space, kNo));
    for (const Condition& one : of) {
      if (one.kind == Condition::Kind::word && !one.word->other_reading) {
        marks.push_back(on.marks_.at(one.word).mark);
        continue;
      }
      made = joined(made, truth_of(one), either);
      if (!made) return made;
    }
    return marks.empty() ? made : joined(made, any_mark(std::move(marks)), either);
  }

  Bounded<PathDecisions> list(const RuleList& asked) const {
    std::string key = asked.tail == Action::allow ? "tail allow" : "tail deny";
    PathDecisions made =
        shared(PathDfa::constant(space, asked.tail == Action::allow ? kAllows : kDenies));
    for (size_t end = asked.rules.size(); end > 0;) {
      // A run of rules with one action is one condition.
      const Action action = asked.rules[end - 1].action;
      Condition run{.kind = Condition::Kind::any};
      for (; end > 0 && asked.rules[end - 1].action == action; --end) {
        const Condition& one = asked.rules[end - 1].condition;
        if (one.kind == Condition::Kind::any) {
          run.of.insert(run.of.end(), one.of.begin(), one.of.end());
        } else {
          run.of.push_back(one);
        }
      }
      const Label decided = action == Action::allow ? kAllows : kDenies;
      std::string asked_first = action == Action::allow ? "allow " : "deny ";
      asked_first += key_of(run);
      asked_first += ", ";
      key.insert(0, asked_first);
      if (const auto found = on.known_.find(key); found != on.known_.end()) {
        made = found->second;
        continue;
      }
      auto next = joined(truth_of(run), made, [decided](Label holds, Label otherwise) {
        if (holds == kYes || otherwise == decided) return decided;
        return holds == kNo ? otherwise : kDepends;
      });
      if (!next) return next;
      made = on.known_.emplace(key, *next).first->second;
    }
    return made;
  }
};

Bounded<PathDecisions> ProfilePaths::decide(const paths::PathSpace& space,
                                            const WordRequests& requests,
                                            const automata::Budget& budget) {
  return Deciding{*this, space, budget}.list(rules_asked(profile_, requests));
}

}  // namespace sbxc::sbpl
