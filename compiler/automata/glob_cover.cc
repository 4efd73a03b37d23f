// A guess inside the set is taken as it is. One that goes beyond, by unusual names alone, is taken
// with exceptions that cover what is too much; where those take away a part of the set again, later
// guesses give it back as rules of their own. The same is done once more with guesses inside the
// set alone, and the answer that is shorter to read is kept.
#include "compiler/automata/glob_cover.h"

#include <algorithm>
#include <optional>

#include "compiler/automata/glob_covers.h"
#include "compiler/automata/glob_guesses.h"

namespace sbxc::automata {

namespace {

enum class Allow { inside, exceptions };

// States of sets that no dozen globs with exceptions will say: less is spent on trying.
constexpr size_t kLarge = 1000;

double cost(const std::vector<Glob>& globs) {
  double sum = 0;
  for (const Glob& glob : globs) sum += reading_cost(glob);
  return sum;
}

double cost(const std::vector<GlobRule>& rules) {
  double sum = 0;
  for (const GlobRule& rule : rules) sum += cost(rule.globs) + cost(rule.except);
  return sum;
}

bool any_covers(const std::vector<Glob>& globs, const Glob& guess) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const Glob& glob) { return covers(glob, guess); });
}

class Chooser {
 public:
  Chooser(const WordSet& set, SetSearch& search, FewBytes few, size_t at_most)
      : set_(set), search_(search), few_(few), at_most_(at_most), rest_(set) {}

  Cover choose(const std::vector<Glob>& guesses, Allow allow) {
    allow_ = allow;
    // Exceptions may give parts of the set back to later guesses, and those are of the rest alone.
    take_all(guesses);
    for (int again = 0; again < 3 && used_exceptions_ && !no_words(rest_); ++again) {
      const WordSet before = rest_;
      take_all(glob_guesses(before, search_, few_));
      if (rest_ == before) break;
    }
    return {std::move(rules_), no_words(rest_)};
  }

 private:
  void take_all(const std::vector<Glob>& guesses) {
    for (const Glob& guess : guesses) {
      if (no_words(rest_) || globs_ == at_most_ || search_.is_spent()) return;
      take(guess);
    }
  }

  void take(const Glob& guess) {
    for (const GlobRule& rule : rules_) {
      if (rule.except.empty() && any_covers(rule.globs, guess)) return;
    }
    std::optional<WordSet> words = search_.words_of(guess);
    if (!words || !search_.meet(*words, rest_)) return;
    GlobRule rule{.globs = {guess}};
    if (!search_.is_subset(*words, set_)) {
      if (allow_ == Allow::inside) return;
      const std::optional<WordSet> excess = search_.minus(*words, set_);
      if (!excess) return;
      std::optional<std::vector<Glob>> except = exceptions(*excess);
      if (!except) return;
      rule.except = std::move(*except);
      words = search_.words_of({rule});
      if (!words || !search_.meet(*words, rest_)) return;
      used_exceptions_ = true;
    }
    std::optional<WordSet> left = search_.minus(rest_, *words);
    if (!left) return;
    rest_ = std::move(*left);
    ++globs_;
    if (rule.except.empty() && !rules_.empty() && rules_.back().except.empty()) {
      rules_.back().globs.push_back(guess);
    } else {
      rules_.push_back(std::move(rule));
    }
  }

  // What to except when `excess` must go. Exceptions that take too much cost a rule that gives it
  // back.
  std::optional<std::vector<Glob>> exceptions(const WordSet& excess) {
    const std::vector<Glob> guesses = glob_guesses(excess, search_, few_);
    auto exact = superset(excess, guesses, Allow::inside);
    if (exact && exact->size() == 1 && cost(*exact) < 2) return exact;
    auto more = superset(excess, guesses, Allow::exceptions);
    if (!exact || !more) return exact ? exact : more;
    return cost(*exact) <= cost(*more) + 2 ? exact : more;
  }

  // Globs that hold all of `set`; with Allow::exceptions they may hold more.
  std::optional<std::vector<Glob>> superset(const WordSet& set, const std::vector<Glob>& guesses,
                                            Allow allow) {
    std::vector<Glob> chosen;
    WordSet rest = set;
    for (const Glob& guess : guesses) {
      if (no_words(rest) || search_.is_spent()) break;
      if (any_covers(chosen, guess)) continue;
      const std::optional<WordSet> words = search_.words_of(guess);
      if (!words || !search_.meet(*words, rest)) continue;
      if (allow == Allow::inside && !search_.is_subset(*words, set)) continue;
      if (chosen.size() == at_most_) return std::nullopt;
      std::optional<WordSet> left = search_.minus(rest, *words);
      if (!left) return std::nullopt;
      chosen.push_back(guess);
      rest = std::move(*left);
    }
    return no_words(rest) ? std::optional(chosen) : std::nullopt;
  }

  const WordSet& set_;
  SetSearch& search_;
  FewBytes few_;
  Allow allow_ = Allow::inside;
  size_t at_most_;
  WordSet rest_;
  size_t globs_ = 0;
  bool used_exceptions_ = false;
  std::vector<GlobRule> rules_{};
};

bool has_exceptions(const Cover& cover) {
  for (const GlobRule& rule : cover.rules) {
    if (!rule.except.empty()) return true;
  }
  return false;
}

const Cover& better(const Cover& a, const Cover& b) {
  if (a.complete != b.complete) return a.complete ? a : b;
  if (!a.complete) return b.rules.size() > a.rules.size() ? b : a;
  return cost(b.rules) < cost(a.rules) ? b : a;
}

// Exceptions cost most of the time; what can be said without them has a budget of its own.
Cover cover(const WordSet& set, const SetSearch& earlier, FewBytes few,
            const std::vector<Glob>& guesses, size_t at_most) {
  SetSearch search(earlier, set.size() > kLarge ? 25'000 : 100'000);
  Cover any = Chooser(set, search, few, at_most).choose(guesses, Allow::exceptions);
  if (any.complete && !has_exceptions(any)) return any;
  SetSearch simple(earlier, any.complete ? 3'000 : 20'000);
  const size_t fewer = any.complete ? static_cast<size_t>(cost(any.rules)) : at_most;
  return better(any, Chooser(set, simple, few, fewer).choose(guesses, Allow::inside));
}

}  // namespace

Cover cover(const WordSet& set, GlobKind kind, size_t at_most) {
  SetSearch guessing(kind, 20'000);
  const std::vector<Glob> apart = glob_guesses(set, guessing, FewBytes::apart);
  Cover first = cover(set, guessing, FewBytes::apart, apart, at_most);
  if (!first.complete && set.size() > kLarge) return first;
  const std::vector<Glob> classes = glob_guesses(set, guessing, FewBytes::as_class);
  if (apart == classes) return first;
  return better(first, cover(set, guessing, FewBytes::as_class, classes, at_most));
}

}  // namespace sbxc::automata
