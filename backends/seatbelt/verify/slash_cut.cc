// Every place gets its own copies of the states that names from it pass, so that a copy tells where
// its name began. Epsilons are resolved on the way.
//
// Constant states: those that every name from a place reaches, whatever its bytes are (the loop of
// `**` and `*`). They are found as the largest set whose members follow each other on every byte,
// and names need not carry them along.
#include "backends/seatbelt/verify/slash_cut.h"

#include <algorithm>
#include <map>
#include <optional>

namespace sbxc::paths {
namespace {

using automata::Bytes;
using automata::Mark;
using automata::Nfa;
using automata::NfaState;

template <typename T>
void make_set(std::vector<T>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

const Bytes& name_bytes() {
  static const Bytes kBytes = automata::all_but(std::string_view("/\0", 2));
  return kBytes;
}

class Cutter {
 public:
  explicit Cutter(const Nfa& nfa) : nfa_(nfa), closures_(nfa.states().size()) {}

  SlashCut run() {
    for (const NfaState start : nfa_.starts()) {
      std::vector<Place>& places = out_.roots[static_cast<uint32_t>(start)];
      for (const NfaState state : closure(start)) add_places_behind(state, places);
      make_set(places);
    }
    while (!pending_.empty()) {
      const auto [place, state] = pending_.back();
      pending_.pop_back();
      look_at(place, state);
    }
    return std::move(out_);
  }

 private:
  // The states reached without a byte that have an edge or a mark.
  const std::vector<NfaState>& closure(NfaState from) {
    auto& known = closures_[static_cast<size_t>(from)];
    if (known) return *known;
    std::vector<NfaState> found;
    std::vector<NfaState> seen{from};
    for (size_t i = 0; i < seen.size(); ++i) {
      const Nfa::State& state = nfa_.state(seen[i]);
      if (!state.edges.empty() || !state.marks.empty()) found.push_back(seen[i]);
      for (const NfaState to : state.epsilon) {
        if (std::find(seen.begin(), seen.end(), to) == seen.end()) seen.push_back(to);
      }
    }
    known = std::move(found);
    return *known;
  }

  void add_places_behind(NfaState state, std::vector<Place>& places) {
    for (const Nfa::Edge& edge : nfa_.state(state).edges) {
      if (edge.bytes.test('/')) places.push_back(place_at(edge.to));
    }
  }

  // The state that loops on every byte with a mark, if that is all there is.
  std::optional<NfaState> universal_at(NfaState state) {
    const std::vector<NfaState>& at = closure(state);
    if (at.size() != 1) return std::nullopt;
    const Nfa::State& only = nfa_.state(at[0]);
    const bool loops = only.edges.size() == 1 && only.edges[0].bytes.test('/') &&
                       (only.edges[0].bytes & name_bytes()) == name_bytes() &&
                       closure(only.edges[0].to) == at;
    return loops && !only.marks.empty() ? std::optional(at[0]) : std::nullopt;
  }

  Place place_at(NfaState state) {
    const auto [known, fresh] = by_state_.try_emplace(static_cast<uint32_t>(state));
    if (!fresh) return known->second;
    const auto universal = universal_at(state);
    std::vector<Mark> marks;
    if (universal) {
      marks = nfa_.state(*universal).marks;
      make_set(marks);
      const auto same = universal_.find(marks);
      if (same != universal_.end()) return known->second = same->second;
    }
    const Place place{static_cast<uint32_t>(out_.places.size())};
    known->second = place;
    out_.places.push_back({.marks = {}, .always = {}, .origin = nfa_.state(state).origin});
    if (universal) {
      universal_.emplace(marks, place);
      out_.places.back().universal = true;
      out_.places.back().marks = marks;
      out_.places.back().always = {arrival({marks, {place}})};
    } else {
      pending_.emplace_back(place, state);
    }
    return place;
  }

  Arrival arrival(const ArrivalFacts& facts) {
    const auto [known, fresh] =
        arrivals_.try_emplace(facts, static_cast<Arrival>(out_.arrivals.size()));
    if (fresh) out_.arrivals.push_back(facts);
    return known->second;
  }
  std::optional<Arrival> arrival_at(NfaState state) {
    ArrivalFacts facts{nfa_.state(state).marks, {}};
    add_places_behind(state, facts.places);
    if (facts.marks.empty() && facts.places.empty()) return std::nullopt;
    make_set(facts.marks);
    make_set(facts.places);
    return arrival(facts);
  }

  static bool on_every_name(const Nfa::Edge& edge) {
    return (edge.bytes & name_bytes()) == name_bytes();
  }
  static bool within_name(const Nfa::Edge& edge) { return (edge.bytes & name_bytes()).any(); }
  bool leads_always(NfaState from, NfaState to) {
    for (const Nfa::Edge& edge : nfa_.state(from).edges) {
      if (!on_every_name(edge)) continue;
      const std::vector<NfaState>& behind = closure(edge.to);
      if (std::find(behind.begin(), behind.end(), to) != behind.end()) return true;
    }
    return false;
  }

  std::vector<NfaState> constant_states(const std::vector<NfaState>& begin) {
    std::vector<NfaState> constant;
    for (const NfaState state : begin) {
      for (const Nfa::Edge& edge : nfa_.state(state).edges) {
        if (!on_every_name(edge)) continue;
        const std::vector<NfaState>& behind = closure(edge.to);
        constant.insert(constant.end(), behind.begin(), behind.end());
      }
    }
    make_set(constant);
    for (bool changed = true; changed;) {
      changed = std::erase_if(constant, [&](NfaState to) {
                  return std::none_of(constant.begin(), constant.end(),
                                      [&](NfaState from) { return leads_always(from, to); });
                }) > 0;
    }
    return constant;
  }

  void look_at(Place place, NfaState state) {
    const std::vector<NfaState> begin = closure(state);
    const std::vector<NfaState> constant = constant_states(begin);
    PlaceFacts facts = out_.places[static_cast<size_t>(place)];
    for (const NfaState at : begin) {
      const auto& marks = nfa_.state(at).marks;
      facts.marks.insert(facts.marks.end(), marks.begin(), marks.end());
    }
    make_set(facts.marks);
    for (const NfaState at : constant) {
      if (const auto arrived = arrival_at(at)) facts.always.push_back(*arrived);
    }
    make_set(facts.always);
    out_.places[static_cast<size_t>(place)] = std::move(facts);
    add_names(place, begin, constant);
  }

  // Whether names go from here to some of these states alone, if at all.
  bool leads_only_to(NfaState from, const std::vector<NfaState>& states) {
    const auto& edges = nfa_.state(from).edges;
    return std::all_of(edges.begin(), edges.end(), [&](const Nfa::Edge& edge) {
      const std::vector<NfaState>& behind = closure(edge.to);
      return !within_name(edge) || std::all_of(behind.begin(), behind.end(), [&](NfaState to) {
        return std::binary_search(states.begin(), states.end(), to);
      });
    });
  }
  // Constant states that lead to nothing but such states.
  std::vector<NfaState> settled_states(std::vector<NfaState> constant) {
    while (std::erase_if(constant, [&](NfaState one) { return !leads_only_to(one, constant); }) >
           0) {
    }
    return constant;
  }

  void add_names(Place place, const std::vector<NfaState>& begin,
                 const std::vector<NfaState>& constant) {
    const auto is_constant = [&](NfaState one) {
      return std::binary_search(constant.begin(), constant.end(), one);
    };
    const std::vector<NfaState> settled = settled_states(constant);
    const auto is_settled = [&](NfaState one) {
      return std::binary_search(settled.begin(), settled.end(), one);
    };
    std::unordered_map<uint32_t, NfaState> copies;
    std::vector<NfaState> pending;
    const auto copy = [&](NfaState of) {
      const auto [known, fresh] = copies.try_emplace(static_cast<uint32_t>(of));
      if (fresh) {
        out_.names.set_origin(nfa_.state(of).origin);
        known->second = out_.names.add_state();
        pending.push_back(of);
      }
      return known->second;
    };
    for (const NfaState at : begin) {
      if (!leads_only_to(at, settled)) out_.names.add_start(copy(at));
    }
    while (!pending.empty()) {
      const NfaState at = pending.back();
      pending.pop_back();
      const NfaState here = copies.at(static_cast<uint32_t>(at));
      if (!is_constant(at)) add_move(place, at, here);
      for (const Nfa::Edge& edge : nfa_.state(at).edges) {
        if (!within_name(edge)) continue;
        for (const NfaState to : closure(edge.to)) {
          if (is_settled(to)) continue;
          out_.names.add_edge(here, edge.bytes & name_bytes(), copy(to));
        }
      }
    }
  }

  void add_move(Place place, NfaState at, NfaState here) {
    const auto arrived = arrival_at(at);
    if (!arrived) return;
    const Move move{place, *arrived};
    const auto [known, fresh] = moves_.try_emplace(move, static_cast<uint32_t>(out_.moves.size()));
    if (fresh) out_.moves.push_back(move);
    out_.names.add_mark(here, Mark{known->second});
  }

  const Nfa& nfa_;
  std::vector<std::optional<std::vector<NfaState>>> closures_;
  SlashCut out_;
  std::vector<std::pair<Place, NfaState>> pending_;
  std::unordered_map<uint32_t, Place> by_state_;
  std::map<std::vector<Mark>, Place> universal_;
  std::map<ArrivalFacts, Arrival> arrivals_;
  std::map<Move, uint32_t> moves_;
};

}  // namespace

SlashCut cut_at_slashes(const Nfa& nfa) { return Cutter(nfa).run(); }

}  // namespace sbxc::paths
