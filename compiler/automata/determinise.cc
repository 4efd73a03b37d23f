// A deterministic state is a state of the domain and a set of NFA states. The sets lie one behind
// the other in one arena. Classes on which all wide edges and the domain do the same are of one
// kind: a state's row is what usual classes of each kind do, with the few classes that narrow edges
// speak of written over it.
//
// The references: Rabin and Scott 1959 for the construction; absorption is what language-theoretic
// derivatives do with r | .* = .*, done here on sets of states.
#include "compiler/automata/determinise.h"

#include <algorithm>
#include <map>
#include <optional>

#include "compiler/automata/absorption.h"
#include "compiler/automata/live.h"
#include "compiler/automata/nfa_facts.h"
#include "compiler/automata/nfa_merge.h"
#include "compiler/automata/who_multiplies.h"

namespace sbxc::automata {

namespace {

constexpr uint32_t kNone = UINT32_MAX;

// The sets that were met, by what is in them. A hash table with open addressing.
class Sets {
 public:
  struct Set {
    State domain{};
    size_t begin = 0;
    size_t end = 0;
    size_t hash = 0;
  };

  Sets() : slots_(1024, kNone) {}

  size_t size() const { return sets_.size(); }
  const Set& operator[](size_t id) const { return sets_[id]; }
  const std::vector<NfaState>& arena() const { return arena_; }
  std::span<const NfaState> members(size_t id) const {
    return {arena_.data() + sets_[id].begin, sets_[id].end - sets_[id].begin};
  }
  // Without being found by its members.
  uint32_t add(State domain) {
    sets_.push_back({domain, arena_.size(), arena_.size(), 0});
    return static_cast<uint32_t>(sets_.size() - 1);
  }
  // kNone for one that was not met before; then it is added, as the last one.
  uint32_t find_or_add(State domain, const Members& members) {
    const size_t hash = hash_of(domain, members);
    size_t slot = hash & (slots_.size() - 1);
    for (; slots_[slot] != kNone; slot = (slot + 1) & (slots_.size() - 1)) {
      const Set& set = sets_[slots_[slot]];
      if (set.hash == hash && set.domain == domain &&
          std::equal(members.begin(), members.end(),
                     arena_.begin() + static_cast<std::ptrdiff_t>(set.begin),
                     arena_.begin() + static_cast<std::ptrdiff_t>(set.end))) {
        return slots_[slot];
      }
    }
    slots_[slot] = static_cast<uint32_t>(sets_.size());
    sets_.push_back({domain, arena_.size(), arena_.size() + members.size(), hash});
    arena_.insert(arena_.end(), members.begin(), members.end());
    if (sets_.size() * 2 > slots_.size()) grow();
    return kNone;
  }

 private:
  static size_t hash_of(State domain, const Members& members) {
    size_t hash = (static_cast<size_t>(domain) + 1) * 0x9E3779B97F4A7C15ULL;
    for (const NfaState state : members) {
      hash = (hash ^ static_cast<size_t>(state)) * 0x9E3779B97F4A7C15ULL;
      hash ^= hash >> 29;
    }
    return hash;
  }
  void grow() {
    slots_.assign(slots_.size() * 4, kNone);
    for (uint32_t id = 0; id < sets_.size(); ++id) {
      if (sets_[id].hash == 0) continue;  // not to be found
      size_t slot = sets_[id].hash & (slots_.size() - 1);
      while (slots_[slot] != kNone) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = id;
    }
  }

  std::vector<Set> sets_;
  std::vector<NfaState> arena_;
  std::vector<uint32_t> slots_;
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
        live_(live_states(domain, [](Label label) { return label != kOutside; })),
        stamp_(nfa.states().size(), 0),
        by_class_(facts_.classes().count) {
    find_kinds();
  }

  Bounded<Dfa> run() {
    begin_set();
    for (const NfaState state : nfa_.starts()) add_closure(state);
    intern(domain_.start());
    for (uint32_t at = 0; at < sets_.size(); ++at) {
      step_all(at);
      if (sets_.size() > budget_.states || sets_.arena().size() > budget_.members) {
        return tl::unexpected(blame());
      }
    }
    return Dfa(facts_.classes(), std::move(next_), std::move(labels_), State{0});
  }

 private:
  struct Kind {
    uint32_t byte_class;    // one of them
    uint32_t domain_class;  // theirs
    uint32_t usual = kNone;
  };

  void find_kinds() {
    const std::vector<uint8_t> sample = facts_.classes().representatives();
    std::map<std::vector<uint32_t>, uint32_t> known;
    for (uint32_t c = 0; c < sample.size(); ++c) {
      std::vector<uint32_t> form{domain_.classes().of[sample[c]]};
      for (uint32_t i = 0; i < facts_.wide_sets(); ++i) form.push_back(facts_.on(i)[c] ? 1 : 0);
      const uint32_t domain_class = form.front();
      const auto [at, fresh] =
          known.try_emplace(std::move(form), static_cast<uint32_t>(kinds_.size()));
      if (fresh) kinds_.push_back({c, domain_class});
      kind_of_.push_back(at->second);
    }
  }

  void begin_set() {
    ++now_;
    members_.clear();
  }
  void add_closure(NfaState state) {
    for (const NfaState to : facts_.closure(state)) {
      uint32_t& stamp = stamp_[static_cast<size_t>(to)];
      if (stamp == now_) continue;
      stamp = now_;
      members_.push_back(to);
    }
  }
  void add_wide(uint32_t byte_class) {
    for (const NfaFacts::Wide& edge : wide_) {
      if (facts_.on(edge.set)[byte_class]) add_closure(edge.to);
    }
  }

  void step_all(uint32_t at) {
    const size_t row = next_.size();
    next_.resize(row + by_class_.size(), State{at});
    if (dead_ == at) return;
    wide_.clear();
    touched_.clear();
    for (const NfaState state : sets_.members(at)) {
      for (const NfaFacts::Narrow& edge : facts_.narrow(state)) {
        auto& targets = by_class_[edge.byte_class];
        if (targets.empty()) touched_.push_back(edge.byte_class);
        targets.push_back(edge.to);
      }
      const auto wide = facts_.wide(state);
      wide_.insert(wide_.end(), wide.begin(), wide.end());
    }
    const State domain = sets_[at].domain;
    for (Kind& kind : kinds_) kind.usual = kNone;
    for (uint32_t c = 0; c < by_class_.size(); ++c) {
      Kind& kind = kinds_[kind_of_[c]];
      uint32_t to = kind.usual;
      if (!by_class_[c].empty() || to == kNone) {
        begin_set();
        for (const NfaState target : by_class_[c]) add_closure(target);
        add_wide(kind.byte_class);
        to = intern(domain_.by_class(domain, kind.domain_class));
        if (by_class_[c].empty()) kind.usual = to;
      }
      next_[row + c] = State{to};
    }
    for (const uint8_t c : touched_) by_class_[c].clear();
  }

  // The set of members_.
  uint32_t intern(State domain) {
    if (!live_[static_cast<size_t>(domain)]) return dead();
    std::sort(members_.begin(), members_.end());
    absorption_.apply(members_);
    const uint32_t known = sets_.find_or_add(domain, members_);
    if (known != kNone) return known;
    labels_.push_back(domain_.label(domain) == kOutside ? kOutside : fold());
    return static_cast<uint32_t>(sets_.size() - 1);
  }

  // The one state for words that nothing turns into a request.
  uint32_t dead() {
    if (dead_) return *dead_;
    dead_ = sets_.add(domain_.start());
    labels_.push_back(kOutside);
    return *dead_;
  }

  Label fold() {
    marks_.clear();
    for (const NfaState state : members_) {
      const auto& own = nfa_.state(state).marks;
      marks_.insert(marks_.end(), own.begin(), own.end());
    }
    std::sort(marks_.begin(), marks_.end());
    marks_.erase(std::unique(marks_.begin(), marks_.end()), marks_.end());
    const auto [at, is_new] = folded_.try_emplace(marks_, kOutside);
    if (is_new) at->second = folding_.label(at->first);
    return at->second;
  }

  // Some of the sets tell as well as all.
  Overflow blame() const {
    constexpr size_t kAsked = 2000;
    WhoMultiplies who(nfa_);
    const size_t stride = sets_.size() / kAsked + 1;
    for (size_t id = 0; id < sets_.size(); id += stride) who.add(sets_.members(id));
    const auto [first, second] = who.multiply();
    return {sets_.size(), first, second};
  }

  const Nfa& nfa_;
  const Folding& folding_;
  const Dfa& domain_;
  Budget budget_;
  NfaFacts facts_;
  Absorption absorption_;
  std::vector<bool> live_;  // states of the domain from which a request can still be completed
  std::vector<Kind> kinds_;
  std::vector<uint32_t> kind_of_;  // by class
  std::vector<uint32_t> stamp_;
  uint32_t now_ = 0;
  Members members_;  // of the set that is being made
  std::vector<std::vector<NfaState>> by_class_;
  std::vector<uint8_t> touched_;
  std::vector<NfaFacts::Wide> wide_;
  Sets sets_;
  std::map<std::vector<Mark>, Label> folded_;
  std::vector<Mark> marks_;
  std::optional<uint32_t> dead_;
  std::vector<State> next_;
  std::vector<Label> labels_;
};

}  // namespace

Bounded<Dfa> determinise(const Nfa& nfa, const Folding& folding, const Dfa& domain,
                         const Budget& budget) {
  const Nfa merged = merge_alike(nfa);
  return Construction(merged, folding, domain, budget).run();
}

}  // namespace sbxc::automata
