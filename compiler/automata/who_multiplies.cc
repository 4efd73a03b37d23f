// Counts forms: the different subsets of an origin's states that occur, and the different pairs of
// such subsets that occur together. Both are divided by the number of states that make them.
#include "compiler/automata/who_multiplies.h"

#include <algorithm>
#include <unordered_set>

namespace sbxc::automata {

namespace {

constexpr size_t kCandidates = 12;
constexpr double kAlone = 1.5;  // a pair has to have so many more forms than one of the two

size_t mixed(size_t hash, size_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ hash >> 29;
}

}  // namespace

WhoMultiplies::WhoMultiplies(const Nfa& nfa) : nfa_(nfa) {
  for (const Nfa::State& state : nfa.states()) ++own_states_[state.origin];
}

void WhoMultiplies::add(std::span<const NfaState> members) {
  std::map<Origin, Form> forms;
  for (const NfaState state : members) {
    Form& form = forms[nfa_.state(state).origin];
    form = mixed(form, static_cast<size_t>(state) + 1);
  }
  sets_.emplace_back(forms.begin(), forms.end());
}

std::vector<Origin> WhoMultiplies::candidates() const {
  std::map<Origin, std::unordered_set<Form>> forms;
  for (const auto& set : sets_) {
    for (const auto& [origin, form] : set) forms[origin].insert(form);
  }
  std::vector<std::pair<double, Origin>> ranked;
  ranked.reserve(forms.size());
  for (const auto& [origin, seen] : forms) {
    ranked.emplace_back(
        static_cast<double>(seen.size()) / static_cast<double>(own_states_.at(origin)), origin);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  ranked.resize(std::min(ranked.size(), kCandidates));
  std::vector<Origin> origins;
  origins.reserve(ranked.size());
  for (const auto& [score, origin] : ranked) origins.push_back(origin);
  return origins;
}

std::pair<Origin, Origin> WhoMultiplies::multiply() const {
  const std::vector<Origin> some = candidates();
  if (some.empty()) return {};
  // forms[i][j]: of both together; forms[i][i]: of one.
  std::vector<std::vector<std::unordered_set<Form>>> forms(
      some.size(), std::vector<std::unordered_set<Form>>(some.size()));
  for (const auto& set : sets_) {
    std::vector<std::pair<size_t, Form>> here;
    for (const auto& [origin, form] : set) {
      const auto at = std::find(some.begin(), some.end(), origin);
      if (at != some.end()) here.emplace_back(static_cast<size_t>(at - some.begin()), form);
    }
    std::sort(here.begin(), here.end());
    for (size_t i = 0; i < here.size(); ++i) {
      forms[here[i].first][here[i].first].insert(here[i].second);
      for (size_t j = i + 1; j < here.size(); ++j) {
        forms[here[i].first][here[j].first].insert(mixed(here[i].second, here[j].second));
      }
    }
  }
  const auto states = [&](size_t i) { return static_cast<double>(own_states_.at(some[i])); };
  const auto count = [&](size_t i, size_t j) { return static_cast<double>(forms[i][j].size()); };
  std::pair<Origin, Origin> best{some[0], some[0]};
  double most = 0;
  for (size_t i = 0; i < some.size(); ++i) {
    for (size_t j = i; j < some.size(); ++j) {
      const double score = count(i, j) / (i == j ? states(i) : states(i) + states(j));
      const bool needs_both = i == j || count(i, j) > kAlone * std::max(count(i, i), count(j, j));
      if (!needs_both || score <= most) continue;
      most = score;
      best = {some[i], some[j]};
    }
  }
  return best;
}

}  // namespace sbxc::automata
