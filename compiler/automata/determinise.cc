// A deterministic state is a state of the domain and a set of NFA states. The sets lie one behind
// the other in one arena. The references: Rabin and Scott 1959 for the construction; absorption is
// what language-theoretic derivatives do with r | .* = .*, done here on sets of states.
#include "compiler/automata/determinise.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

#include "compiler/automata/nfa_facts.h"

namespace sbxc::automata {

namespace {

// The states of the domain from which a request can still be completed.
std::vector<bool> live_states(const Dfa& domain) {
  std::vector<std::vector<uint32_t>> before(domain.size());
  std::vector<uint32_t> pending;
  std::vector<bool> live(domain.size(), false);
  for (uint32_t from = 0; from < domain.size(); ++from) {
    for (uint32_t c = 0; c < domain.classes().count; ++c) {
      before[static_cast<size_t>(domain.by_class(State{from}, c))].push_back(from);
    }
    if (domain.label(State{from}) == kOutside) continue;
    live[from] = true;
    pending.push_back(from);
  }
  while (!pending.empty()) {
    const uint32_t at = pending.back();
    pending.pop_back();
    for (const uint32_t from : before[at]) {
      if (live[from]) continue;
      live[from] = true;
      pending.push_back(from);
    }
  }
  return live;
}

using Members = std::vector<NfaState>;  // sorted, each once

// Drops members that can add nothing to what universal members have for good.
class Absorption {
 public:
  Absorption(const NfaFacts& facts, const Nfa& nfa, const Folding& folding)
      : facts_(facts), nfa_(nfa), folding_(folding) {}

  void apply(Members& members) {
    const std::vector<Mark> have = universal_marks(members);
    if (have.empty()) return;
    Cache& cache = caches_[have];
    std::vector<Mark> kept;  // marks whose universal member is already kept
    std::erase_if(members, [&](NfaState state) {
      if (!facts_.is_universal(state)) return is_absorbed(cache, have, facts_.reach(state));
      const std::vector<Mark>& marks = nfa_.state(state).marks;
      const bool adds = std::any_of(marks.begin(), marks.end(), [&](Mark mark) {
        return contains(have, mark) && std::find(kept.begin(), kept.end(), mark) == kept.end();
      });
      if (adds) kept.insert(kept.end(), marks.begin(), marks.end());
      // Its marks are there for good, but it may lead to others.
      return !adds && is_absorbed(cache, have, facts_.reach(state));
    });
  }

 private:
  using Cache = std::unordered_map<uint32_t, bool>;

  static bool contains(const std::vector<Mark>& sorted, Mark mark) {
    return std::binary_search(sorted.begin(), sorted.end(), mark);
  }
  bool irrelevant(const std::vector<Mark>& have, Mark mark) const {
    return folding_.irrelevant && folding_.irrelevant(have, mark);
  }
  // The marks that every continuation has, without those that the others make irrelevant.
  std::vector<Mark> universal_marks(const Members& members) const {
    std::vector<Mark> have;
    for (const NfaState state : members) {
      if (!facts_.is_universal(state)) continue;
      const std::vector<Mark>& marks = nfa_.state(state).marks;
      have.insert(have.end(), marks.begin(), marks.end());
    }
    std::sort(have.begin(), have.end());
    have.erase(std::unique(have.begin(), have.end()), have.end());
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
  bool is_absorbed(Cache& cache, const std::vector<Mark>& have, ReachId reach) const {
    const auto [at, is_new] = cache.try_emplace(static_cast<uint32_t>(reach), false);
    if (is_new) {
      const auto marks = facts_.reachable_marks(reach);
      at->second = std::all_of(marks.begin(), marks.end(), [&](Mark mark) {
        return contains(have, mark) || irrelevant(have, mark);
      });
    }
    return at->second;
  }

  const NfaFacts& facts_;
  const Nfa& nfa_;
  const Folding& folding_;
  std::map<std::vector<Mark>, Cache> caches_;
};

class Construction {
 public:
  Construction(const Nfa& nfa, const Folding& folding, const Dfa& domain, const Budget& budget)
      : nfa_(nfa),
        folding_(folding),
        domain_(domain),
        budget_(budget),
        facts_(nfa, domain.classes()),
        absorption_(facts_, nfa, folding),
        live_(live_states(domain)),
        stamp_(nfa.states().size(), 0),
        by_class_(facts_.classes().count) {
    const std::vector<uint8_t> sample = facts_.classes().representatives();
    for (const uint8_t byte : sample) domain_class_.push_back(domain.classes().of[byte]);
  }

  Bounded<Dfa> run() {
    Members start;
    begin_set();
    for (const NfaState state : nfa_.starts()) add_closure(start, state);
    intern(domain_.start(), start);
    for (uint32_t at = 0; at < sets_.size(); ++at) {
      step_all(at);
      if (sets_.size() > budget_.states || arena_.size() > budget_.members) {
        return tl::unexpected(blame());
      }
    }
    return Dfa(facts_.classes(), std::move(next_), std::move(labels_), State{0});
  }

 private:
  struct Set {
    State domain{};
    size_t begin = 0;
    size_t end = 0;
  };

  void begin_set() { ++now_; }
  void add_closure(Members& members, NfaState state) {
    for (const NfaState to : facts_.closure(state)) {
      uint32_t& stamp = stamp_[static_cast<size_t>(to)];
      if (stamp == now_) continue;
      stamp = now_;
      members.push_back(to);
    }
  }

  void step_all(uint32_t at) {
    if (dead_ == at) {
      next_.insert(next_.end(), by_class_.size(), State{at});
      return;
    }
    const Set set = sets_[at];
    for (auto& targets : by_class_) targets.clear();
    wide_.clear();
    for (size_t i = set.begin; i < set.end; ++i) {
      for (const NfaFacts::Narrow& edge : facts_.narrow(arena_[i])) {
        by_class_[edge.byte_class].push_back(edge.to);
      }
      for (const NfaFacts::Wide& edge : facts_.wide(arena_[i])) wide_.push_back(&edge);
    }
    const size_t count = by_class_.size();
    std::map<State, uint32_t> usual;  // of classes that only the wide edges, all of them, speak of
    for (uint32_t c = 0; c < count; ++c) {
      const State domain = domain_.by_class(set.domain, domain_class_[c]);
      const bool is_usual = by_class_[c].empty() && all_wide_on(c);
      if (is_usual) {
        const auto known = usual.find(domain);
        if (known != usual.end()) {
          next_.push_back(State{known->second});
          continue;
        }
      }
      const uint32_t to = intern(domain, targets_of(c));
      if (is_usual) usual.emplace(domain, to);
      next_.push_back(State{to});
    }
  }

  bool all_wide_on(uint32_t byte_class) const {
    return std::all_of(wide_.begin(), wide_.end(),
                       [&](const NfaFacts::Wide* edge) { return edge->on[byte_class]; });
  }

  Members targets_of(uint32_t byte_class) {
    Members members;
    begin_set();
    for (const NfaState to : by_class_[byte_class]) add_closure(members, to);
    for (const NfaFacts::Wide* edge : wide_) {
      if (edge->on[byte_class]) add_closure(members, edge->to);
    }
    return members;
  }

  uint32_t intern(State domain, Members members) {
    if (!live_[static_cast<size_t>(domain)]) return dead();
    std::sort(members.begin(), members.end());
    absorption_.apply(members);
    return find_or_add(domain, members);
  }

  // The one state for words that nothing turns into a request.
  uint32_t dead() {
    if (dead_) return *dead_;
    dead_ = static_cast<uint32_t>(sets_.size());
    sets_.push_back({domain_.start(), arena_.size(), arena_.size()});
    labels_.push_back(kOutside);
    return *dead_;
  }

  uint32_t find_or_add(State domain, const Members& members) {
    size_t hash = static_cast<size_t>(domain) * 0x9E3779B97F4A7C15ULL;
    for (const NfaState state : members) {
      hash = (hash ^ static_cast<size_t>(state)) * 0x100000001B3ULL;
      hash ^= hash >> 29;
    }
    for (auto [at, end] = by_hash_.equal_range(hash); at != end; ++at) {
      const Set& set = sets_[at->second];
      if (set.domain == domain &&
          std::equal(members.begin(), members.end(),
                     arena_.begin() + static_cast<std::ptrdiff_t>(set.begin),
                     arena_.begin() + static_cast<std::ptrdiff_t>(set.end))) {
        return at->second;
      }
    }
    const auto id = static_cast<uint32_t>(sets_.size());
    by_hash_.emplace(hash, id);
    sets_.push_back({domain, arena_.size(), arena_.size() + members.size()});
    arena_.insert(arena_.end(), members.begin(), members.end());
    labels_.push_back(domain_.label(domain) == kOutside ? kOutside : fold(members));
    return id;
  }

  Label fold(const Members& members) {
    std::vector<Mark> marks;
    for (const NfaState state : members) {
      const auto& own = nfa_.state(state).marks;
      marks.insert(marks.end(), own.begin(), own.end());
    }
    std::sort(marks.begin(), marks.end());
    marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
    const auto [at, is_new] = folded_.try_emplace(std::move(marks), kOutside);
    if (is_new) at->second = folding_.label(at->first);
    return at->second;
  }

  // The origins whose own members take the most different forms.
  Overflow blame() const {
    std::map<Origin, std::map<size_t, uint32_t>> forms;
    for (const Set& set : sets_) {
      std::map<Origin, size_t> own;
      for (size_t i = set.begin; i < set.end; ++i) {
        size_t& hash = own[nfa_.state(arena_[i]).origin];
        hash = (hash ^ static_cast<size_t>(arena_[i]) ^ 0x5bd1e995U) * 0x100000001B3ULL;
      }
      for (const auto& [origin, hash] : own) ++forms[origin][hash];
    }
    std::vector<std::pair<size_t, Origin>> ranked;
    for (const auto& [origin, seen] : forms) ranked.emplace_back(seen.size(), origin);
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    Overflow overflow{.states = sets_.size()};
    if (!ranked.empty()) overflow.first = overflow.second = ranked[0].second;
    if (ranked.size() > 1) overflow.second = ranked[1].second;
    return overflow;
  }

  const Nfa& nfa_;
  const Folding& folding_;
  const Dfa& domain_;
  Budget budget_;
  NfaFacts facts_;
  Absorption absorption_;
  std::vector<bool> live_;
  std::vector<uint8_t> domain_class_;  // by our own class
  std::vector<uint32_t> stamp_;
  uint32_t now_ = 0;
  std::vector<std::vector<NfaState>> by_class_;
  std::vector<const NfaFacts::Wide*> wide_;
  std::vector<Set> sets_;
  std::vector<NfaState> arena_;
  std::unordered_multimap<size_t, uint32_t> by_hash_;
  std::map<std::vector<Mark>, Label> folded_;
  std::optional<uint32_t> dead_;
  std::vector<State> next_;
  std::vector<Label> labels_;
};

}  // namespace

Bounded<Dfa> determinise(const Nfa& nfa, const Folding& folding, const Dfa& domain,
                         const Budget& budget) {
  return Construction(nfa, folding, domain, budget).run();
}

}  // namespace sbxc::automata
