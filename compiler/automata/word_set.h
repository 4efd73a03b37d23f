// Sets of words as minimal automata with two labels, and what globs_of asks of them. Equal sets are
// equal values, and states are the different ways in which a word can go on.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/automata/glob.h"
#include "compiler/automata/witness.h"

namespace sbxc::automata {

// INVARIANT: minimal; the label is kInside for words of the set and kOutside for all others.
using WordSet = Dfa;

struct GlobRule {
  std::vector<Glob> globs{};
  std::vector<Glob> except{};
};

inline bool holds(Label label) { return label != kOutside; }

// What is missing in these is a budget that was spent.
std::optional<WordSet> words_of(const Dfa& dfa, const Wanted& wanted, GlobKind kind);
// The union of what each rule holds: its globs without its except.
std::optional<WordSet> words_of(const std::vector<GlobRule>& rules, GlobKind kind);
inline bool no_words(const WordSet& set) {
  return set.size() == 1 && !holds(set.label(set.start()));
}
bool is_subset(const WordSet& a, const WordSet& b);

// The same for a search that asks often: all its questions have one budget between them, and when
// it is spent each answer is the one that lets the search end.
class SetSearch {
 public:
  explicit SetSearch(GlobKind kind, size_t budget = 400'000) : kind_(kind), left_(budget) {}
  // Another search that asks about the same globs: it has a budget of its own, and what the earlier
  // one made of a glob is not made again.
  SetSearch(const SetSearch& earlier, size_t budget)
      : kind_(earlier.kind_), left_(budget), made_(earlier.made_) {}

  GlobKind kind() const { return kind_; }
  bool is_spent() const { return left_ == 0; }
  void spend(size_t states) { left_ -= states < left_ ? states : left_; }

  std::optional<WordSet> words_of(const Glob& glob);
  std::optional<WordSet> words_of(const std::vector<GlobRule>& rules);
  std::optional<WordSet> minus(const WordSet& a, const WordSet& b);
  bool is_subset(const WordSet& a, const WordSet& b);  // no when spent
  bool meet(const WordSet& a, const WordSet& b);       // no when spent

 private:
  void spend_on(const std::optional<WordSet>& words);

  GlobKind kind_;
  size_t left_;
  using Words = std::unordered_map<std::string, std::optional<WordSet>>;
  std::shared_ptr<Words> made_ = std::make_shared<Words>();
  std::unordered_map<std::string, bool> paid_{};  // by this search; no: it was spent before
};

}  // namespace sbxc::automata
