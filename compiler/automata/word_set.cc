// The budget keeps a question about globs cheap beside the question that it illustrates; a caller
// whose budget is spent says `at least` and goes on.
#include "compiler/automata/word_set.h"

#include "compiler/automata/determinise.h"
#include "compiler/automata/domains.h"
#include "compiler/automata/minimise.h"
#include "compiler/automata/product.h"
#include "compiler/automata/word_pairs.h"

namespace sbxc::automata {

namespace {

constexpr Budget kBudget{.states = 50'000};

std::optional<WordSet> joined(const Dfa& a, const Dfa& b, const Join& join) {
  const Bounded<Dfa> both = product(a, b, join, kBudget);
  return both ? std::optional(minimise(*both)) : std::nullopt;
}

Label inside_if(bool is_inside) { return is_inside ? kInside : kOutside; }

// A word is in the set when some rule has its glob mark and not its except mark; marks are even for
// globs and odd for what is excepted, two for each rule.
bool marks_hold(Marks marks) {
  for (size_t i = 0; i < marks.size(); ++i) {
    const auto mark = static_cast<uint32_t>(marks[i]);
    const bool excepted = i + 1 < marks.size() && static_cast<uint32_t>(marks[i + 1]) == mark + 1;
    if (mark % 2 == 0 && !excepted) return true;
  }
  return false;
}

}  // namespace

std::optional<WordSet> words_of(const Dfa& dfa, const Wanted& wanted, GlobKind kind) {
  const bool abstract = kind == GlobKind::abstract;
  static const WordSet at_sign =
      words_of({{.globs = {Glob{GlobKind::abstract, {NameGlob{{AnyRun{}}}}}}}}, GlobKind::abstract)
          .value();
  return joined(dfa, abstract ? at_sign : domain_of(kind), [&](Label label, Label domain) {
    return inside_if(holds(domain) && wanted(label));
  });
}

std::optional<WordSet> words_of(const std::vector<GlobRule>& rules, GlobKind kind) {
  constexpr Label kNo{1};
  constexpr Label kYes{2};
  Nfa nfa;
  for (uint32_t i = 0; i < rules.size(); ++i) {
    for (const Glob& glob : rules[i].globs) add_glob(nfa, glob, Mark{2 * i});
    for (const Glob& glob : rules[i].except) add_glob(nfa, glob, Mark{2 * i + 1});
  }
  if (nfa.starts().empty()) nfa.add_start(nfa.add_state());
  const Bounded<Dfa> dfa =
      determinise(nfa, {.label = [](Marks marks) { return marks_hold(marks) ? kYes : kNo; }},
                  domain_of(kind), kBudget);
  if (!dfa) return std::nullopt;
  return minimise(relabel(*dfa, [](Label label) { return inside_if(label == kYes); }));
}

bool is_subset(const WordSet& a, const WordSet& b) {
  PairBudget pairs{kBudget.states};
  return all_within(a, b, pairs).value_or(false);
}

std::optional<WordSet> SetSearch::words_of(const Glob& glob) {
  const std::string key = text(glob);
  const auto [paid, is_new] = paid_.try_emplace(key, !is_spent());
  if (!paid->second) return std::nullopt;
  const auto [made, is_unknown] = made_->try_emplace(key);
  if (is_unknown) made->second = automata::words_of({{.globs = {glob}}}, kind_);
  if (is_new) spend_on(made->second);
  return made->second;
}

std::optional<WordSet> SetSearch::words_of(const std::vector<GlobRule>& rules) {
  if (is_spent()) return std::nullopt;
  std::optional<WordSet> words = automata::words_of(rules, kind_);
  spend_on(words);
  return words;
}

void SetSearch::spend_on(const std::optional<WordSet>& words) {
  spend(100 + (words ? 4 * words->size() : kBudget.states));
}

std::optional<WordSet> SetSearch::minus(const WordSet& a, const WordSet& b) {
  if (is_spent()) return std::nullopt;
  PairBudget pairs{kBudget.states};
  auto left = difference(a, b, pairs);
  spend(20 + a.size() + 2 * pairs.walked);
  return left;
}

bool SetSearch::is_subset(const WordSet& a, const WordSet& b) {
  if (is_spent()) return false;
  PairBudget pairs{kBudget.states};
  const auto within = all_within(a, b, pairs);
  spend(20 + pairs.walked);
  return within.value_or(false);
}

bool SetSearch::meet(const WordSet& a, const WordSet& b) {
  if (is_spent()) return false;
  PairBudget pairs{kBudget.states};
  const auto both = any_in_both(a, b, pairs);
  spend(20 + pairs.walked);
  return both.value_or(false);
}

}  // namespace sbxc::automata
