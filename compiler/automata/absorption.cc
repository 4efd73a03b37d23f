#include "compiler/automata/absorption.h"

#include <algorithm>

namespace sbxc::automata {

namespace {

template <typename T>
void sort_once(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

bool contains(const std::vector<Mark>& sorted, Mark mark) {
  return std::binary_search(sorted.begin(), sorted.end(), mark);
}

}  // namespace

Absorption::Absorption(const NfaFacts& facts, const Nfa& nfa, const Folding& folding)
    : facts_(facts), nfa_(nfa), folding_(folding), futile_(facts.reaches(), Known::no_answer) {}

void Absorption::apply(Members& members) {
  universal_.clear();
  for (const NfaState state : members) {
    if (facts_.is_universal(state)) universal_.push_back(state);
  }
  if (!universal_.empty()) {
    Certain& certain = certain_of(universal_);
    size_t place = 0;
    std::erase_if(members, [&](NfaState state) {
      // What a universal member has is there for good, but it may lead to others.
      if (facts_.is_universal(state) && certain.adds[place++]) return false;
      return is_absorbed(certain, facts_.reach(state));
    });
  }
  if (is_futile(members)) members.clear();
}

Absorption::Certain& Absorption::certain_of(const Members& universal) {
  const auto [at, fresh] = certain_.try_emplace(universal);
  Certain& certain = at->second;
  if (!fresh) return certain;
  certain.have = marks_for_good(universal);
  certain.absorbed.resize(facts_.reaches(), Known::no_answer);
  std::vector<Mark> kept;  // marks whose universal member is already kept
  for (const NfaState state : universal) {
    const std::vector<Mark>& marks = nfa_.state(state).marks;
    const bool adds = std::any_of(marks.begin(), marks.end(), [&](Mark mark) {
      return contains(certain.have, mark) &&
             std::find(kept.begin(), kept.end(), mark) == kept.end();
    });
    if (adds) kept.insert(kept.end(), marks.begin(), marks.end());
    certain.adds.push_back(adds);
  }
  return certain;
}

std::vector<Mark> Absorption::marks_for_good(const Members& universal) const {
  std::vector<Mark> have;
  for (const NfaState state : universal) {
    const std::vector<Mark>& marks = nfa_.state(state).marks;
    have.insert(have.end(), marks.begin(), marks.end());
  }
  sort_once(have);
  for (size_t i = 0; i < have.size();) {
    const Mark mark = have[i];
    std::vector<Mark> others = have;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    if (irrelevant(others, mark)) {
      have = std::move(others);
    } else {
      ++i;
    }
  }
  return have;
}

bool Absorption::irrelevant(const std::vector<Mark>& have, Mark mark) const {
  return folding_.irrelevant && folding_.irrelevant(have, mark);
}

bool Absorption::is_absorbed(Certain& certain, ReachId reach) const {
  Known& known = certain.absorbed[static_cast<size_t>(reach)];
  if (known == Known::no_answer) {
    const auto marks = facts_.reachable_marks(reach);
    const bool all = std::all_of(marks.begin(), marks.end(), [&](Mark mark) {
      return contains(certain.have, mark) || irrelevant(certain.have, mark);
    });
    known = all ? Known::yes : Known::no;
  }
  return known == Known::yes;
}

bool Absorption::is_futile(const Members& members) {
  if (!folding_.futile || members.empty()) return false;
  for (const NfaState state : members) {
    const ReachId reach = facts_.reach(state);
    Known& known = futile_[static_cast<size_t>(reach)];
    if (known == Known::no_answer) known = is_futile(std::vector{reach}) ? Known::yes : Known::no;
    if (known == Known::no) return false;
  }
  reaches_.clear();
  for (const NfaState state : members) reaches_.push_back(facts_.reach(state));
  sort_once(reaches_);
  if (reaches_.size() == 1) return true;
  const auto [at, fresh] = futile_together_.try_emplace(reaches_, false);
  if (fresh) at->second = is_futile(reaches_);
  return at->second;
}

bool Absorption::is_futile(const std::vector<ReachId>& reaches) const {
  std::vector<Mark> marks;
  for (const ReachId reach : reaches) {
    const auto own = facts_.reachable_marks(reach);
    marks.insert(marks.end(), own.begin(), own.end());
  }
  sort_once(marks);
  return folding_.futile(marks);
}

}  // namespace sbxc::automata
