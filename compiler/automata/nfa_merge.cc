// One pass from the last state to the first: builders add states behind those that lead to them, so
// that nearly all that a state leads to is known when its turn comes. A state's form is its marks,
// its edges with what their targets became, and loops as such; equal forms are one state. An edge
// back to an earlier state stands for itself, which may keep states apart that could be one.
#include "compiler/automata/nfa_merge.h"

#include <algorithm>
#include <unordered_map>

namespace sbxc::automata {

namespace {

constexpr NfaState kItself{UINT32_MAX};

struct Form {
  std::vector<Nfa::Edge> edges;  // by target, one for each
  std::vector<NfaState> epsilon;
  std::vector<Mark> marks;

  bool operator==(const Form& other) const {
    const auto same_edge = [](const Nfa::Edge& a, const Nfa::Edge& b) {
      return a.to == b.to && a.bytes == b.bytes;
    };
    return marks == other.marks && epsilon == other.epsilon &&
           std::equal(edges.begin(), edges.end(), other.edges.begin(), other.edges.end(),
                      same_edge);
  }
};

struct HashForm {
  size_t operator()(const Form& form) const {
    size_t hash = form.edges.size();
    const auto add = [&](size_t value) {
      hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
      hash ^= hash >> 29;
    };
    for (const Nfa::Edge& edge : form.edges) {
      add(static_cast<size_t>(edge.to));
      add(std::hash<Bytes>()(edge.bytes));
    }
    for (const NfaState to : form.epsilon) add(static_cast<size_t>(to));
    for (const Mark mark : form.marks) add(static_cast<size_t>(mark));
    return hash;
  }
};

template <typename T>
void sort_once(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

class Merge {
 public:
  explicit Merge(const Nfa& nfa) : nfa_(nfa), now_(nfa.states().size()) {
    for (uint32_t i = 0; i < now_.size(); ++i) now_[i] = NfaState{i};
  }

  Nfa run() {
    for (size_t i = now_.size(); i-- > 0;) {
      const auto state = static_cast<NfaState>(i);
      now_[i] = known_.try_emplace(form_of(state), state).first->second;
    }
    return rest();
  }

 private:
  NfaState now(NfaState state) const { return now_[static_cast<size_t>(state)]; }

  Form form_of(NfaState id) const {
    const Nfa::State& state = nfa_.state(id);
    Form form{state.edges, {}, state.marks};
    for (Nfa::Edge& edge : form.edges) edge.to = edge.to == id ? kItself : now(edge.to);
    std::sort(form.edges.begin(), form.edges.end(),
              [](const Nfa::Edge& a, const Nfa::Edge& b) { return a.to < b.to; });
    size_t kept = 0;
    for (size_t i = 1; i < form.edges.size(); ++i) {
      if (form.edges[i].to == form.edges[kept].to) {
        form.edges[kept].bytes |= form.edges[i].bytes;
      } else {
        form.edges[++kept] = form.edges[i];
      }
    }
    if (!form.edges.empty()) form.edges.resize(kept + 1);
    for (const NfaState to : state.epsilon) {
      if (to != id) form.epsilon.push_back(now(to));
    }
    sort_once(form.epsilon);
    sort_once(form.marks);
    return form;
  }

  // What the starts lead to, in the old order.
  Nfa rest() const {
    std::vector<bool> reached(now_.size(), false);
    std::vector<NfaState> pending;
    const auto reach = [&](NfaState old) {
      const NfaState state = now(old);
      if (reached[static_cast<size_t>(state)]) return;
      reached[static_cast<size_t>(state)] = true;
      pending.push_back(state);
    };
    for (const NfaState start : nfa_.starts()) reach(start);
    while (!pending.empty()) {
      const Nfa::State& state = nfa_.state(pending.back());
      pending.pop_back();
      for (const Nfa::Edge& edge : state.edges) reach(edge.to);
      for (const NfaState to : state.epsilon) reach(to);
    }
    return copy(reached);
  }

  Nfa copy(const std::vector<bool>& kept) const {
    Nfa merged;
    std::vector<NfaState> number(now_.size());
    for (size_t i = 0; i < kept.size(); ++i) {
      if (!kept[i]) continue;
      merged.set_origin(nfa_.states()[i].origin);
      number[i] = merged.add_state();
    }
    const auto number_of = [&](NfaState old) { return number[static_cast<size_t>(now(old))]; };
    for (size_t i = 0; i < kept.size(); ++i) {
      if (!kept[i]) continue;
      const auto id = static_cast<NfaState>(i);
      const Form form = form_of(id);
      for (const Nfa::Edge& edge : form.edges) {
        merged.add_edge(number[i], edge.bytes, edge.to == kItself ? number[i] : number_of(edge.to));
      }
      for (const NfaState to : form.epsilon) merged.add_epsilon(number[i], number_of(to));
      for (const Mark mark : form.marks) merged.add_mark(number[i], mark);
    }
    for (const NfaState start : nfa_.starts()) merged.add_start(number_of(start));
    return merged;
  }

  const Nfa& nfa_;
  std::vector<NfaState> now_;  // what each state became
  std::unordered_map<Form, NfaState, HashForm> known_;
};

}  // namespace

Nfa merge_alike(const Nfa& nfa) { return Merge(nfa).run(); }

}  // namespace sbxc::automata
