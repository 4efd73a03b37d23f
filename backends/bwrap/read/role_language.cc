// A rule leaves the mark of its bits, so rules with equal bits are one to the automaton. A rule
// with exceptions leaves a mark of its own kind beside that of its exceptions; equal exceptions are
// one mark. Where bits are there for good, whatever adds no others is forgotten.
#include "backends/bwrap/read/role_language.h"

#include <algorithm>
#include <map>

#include "compiler/automata/domains.h"
#include "compiler/automata/minimise.h"
#include "compiler/decisions/path_language.h"
#include "compiler/policy/overlap.h"

namespace sbxc::bwrap_read {
namespace {

using automata::Bounded;
using automata::Budget;
using automata::Dfa;
using automata::Label;
using automata::Mark;
using automata::Marks;
using automata::Nfa;

bool is_about_paths(const Rule& rule) {
  return rule.os.linux &&
         (rule.operation == Operation::read || rule.operation == Operation::write ||
          rule.operation == Operation::exec || rule.operation == Operation::socket);
}

std::string key_of(const std::vector<Pattern>& patterns) {
  std::vector<std::string> texts;
  for (const Pattern& pattern : patterns) texts.push_back(text(pattern));
  std::ranges::sort(texts);
  std::string all;
  for (const std::string& one : texts) all += one + '\n';
  return all;
}

struct MarkMeaning {
  uint32_t bits = 0;
  // Of a rule with exceptions: their mark, and whether the bits count where it is there (the rule
  // allows, and takes back) or where it is not (the rule denies).
  std::optional<Mark> except{};
  bool within_except = false;
};

// INVARIANT: the mark of exceptions is lower than those that speak of it.
class RoleMarks {
 public:
  void add(const std::vector<Pattern>& patterns, uint32_t bits) {
    add_patterns(patterns, mark({.bits = bits}));
  }
  void add(const Rule& rule, uint32_t bits, bool within_except) {
    const auto [known, fresh] = by_text_.try_emplace(key_of(rule.except));
    if (fresh) {
      known->second = mark({});
      add_patterns(rule.except, known->second);
    }
    add_patterns(rule.patterns,
                 mark({.bits = bits, .except = known->second, .within_except = within_except}));
  }
  void add_below(const std::string& path, uint32_t bits) {
    PathGlob glob = literal_path_glob(path);
    glob.components.emplace_back(AnyComponents{});
    globs_.add(glob, mark({.bits = bits}));
  }

  Bounded<Dfa> dfa(const Budget& budget) const {
    const automata::Folding folding{
        .label = [this](Marks marks) { return Label{1 + bits_of_marks(marks)}; },
        .irrelevant = [this](Marks have, Mark other) { return is_irrelevant(have, other); }};
    auto dfa = automata::determinise(nfa_, folding, automata::canonical_paths(), budget);
    if (!dfa) return dfa;
    return automata::minimise(*dfa);
  }

 private:
  static bool contains(Marks marks, Mark mark) { return std::ranges::binary_search(marks, mark); }
  const MarkMeaning& meaning(Mark mark) const { return meanings_[static_cast<size_t>(mark)]; }

  uint32_t bits_of_marks(Marks marks) const {
    uint32_t bits = 0;
    for (const Mark one : marks) {
      const MarkMeaning& what = meaning(one);
      if (!what.except || contains(marks, *what.except) == what.within_except) bits |= what.bits;
    }
    return bits;
  }

  bool is_irrelevant(Marks have, Mark other) const {
    if (contains(have, other)) return true;
    uint32_t sure = 0;
    for (const Mark one : have) {
      if (!meaning(one).except) sure |= meaning(one).bits;
    }
    const auto adds_nothing = [&](const MarkMeaning& what) { return (what.bits & ~sure) == 0; };
    const MarkMeaning& what = meaning(other);
    if (what.bits != 0) return adds_nothing(what);
    // Exceptions matter to those that speak of them.
    return std::ranges::all_of(meanings_, [&](const MarkMeaning& one) {
      return one.except != other || adds_nothing(one);
    });
  }

  Mark mark(const MarkMeaning& what) {
    for (uint32_t i = 0; what.bits != 0 && i < meanings_.size(); ++i) {
      const MarkMeaning& one = meanings_[i];
      if (one.bits == what.bits && one.except == what.except &&
          one.within_except == what.within_except) {
        return Mark{i};
      }
    }
    meanings_.push_back(what);
    return Mark{static_cast<uint32_t>(meanings_.size() - 1)};
  }

  void add_patterns(const std::vector<Pattern>& patterns, Mark mark) {
    for (const Pattern& pattern : patterns) {
      if (const auto* path = std::get_if<PathPattern>(&pattern)) {
        globs_.add(*path, mark);
      } else if (const auto* socket = std::get_if<SocketPattern>(&pattern)) {
        globs_.add(*socket, mark);
      }
    }
  }

  Nfa nfa_;
  GlobLanguage globs_{nfa_};
  std::vector<MarkMeaning> meanings_;
  std::map<std::string, Mark> by_text_;
};

}  // namespace

Bounded<Dfa> restricting_language(const Policy& policy, const std::vector<Role>& roles,
                                  const Budget& budget) {
  RoleMarks marks;
  for (const Rule& rule : policy.rules) {
    const uint32_t bits = roles[static_cast<size_t>(rule.id)].where_it_restricts;
    if (bits == 0 || !is_about_paths(rule)) continue;
    const bool allows = rule.effect == Effect::allow;
    if (!rule.except.empty()) {
      marks.add(rule, bits, allows);
    } else if (!allows) {
      marks.add(rule.patterns, bits);
    }
  }
  return marks.dfa(budget);
}

Bounded<Dfa> allowing_language(const Policy& policy, const std::vector<Role>& roles,
                               const std::vector<std::string>& granted, const Budget& budget) {
  RoleMarks marks;
  for (const Rule& rule : policy.rules) {
    const uint32_t bits = roles[static_cast<size_t>(rule.id)].where_it_allows;
    if (bits == 0 || !is_about_paths(rule)) continue;
    const bool denies = rule.effect == Effect::deny;
    if (!rule.except.empty()) {
      marks.add(rule, bits, denies);
    } else if (!denies) {
      marks.add(rule.patterns, bits);
    }
  }
  for (const std::string& path : granted) marks.add_below(path, kGranted);
  marks.add_below("/sys", kKernelMade);
  return marks.dfa(budget);
}

}  // namespace sbxc::bwrap_read
