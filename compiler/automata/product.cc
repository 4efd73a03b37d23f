#include "compiler/automata/product.h"

#include "compiler/automata/minimise.h"
#include "compiler/automata/pair_walk.h"

namespace sbxc::automata {

Bounded<Dfa> product(const Dfa& a, const Dfa& b, const Join& join, const Budget& budget) {
  PairWalk walk(a, b);
  std::vector<State> next;
  std::vector<Label> labels;
  for (uint32_t at = 0; at < walk.pairs().size(); ++at) {
    const PairWalk::Pair pair = walk.pairs()[at];
    labels.push_back(join(a.label(pair.a), b.label(pair.b)));
    for (const uint32_t to : walk.step(at)) next.push_back(State{to});
    if (walk.pairs().size() > budget.states) {
      return tl::unexpected(Overflow{.states = walk.pairs().size()});
    }
  }
  return Dfa(walk.classes(), std::move(next), std::move(labels), State{0});
}

Dfa relabel(const Dfa& dfa, const std::function<Label(Label)>& to) {
  std::vector<State> next;
  next.reserve(dfa.size() * dfa.classes().count);
  std::vector<Label> labels;
  labels.reserve(dfa.size());
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    labels.push_back(to(dfa.label(State{s})));
    for (uint32_t c = 0; c < dfa.classes().count; ++c) next.push_back(dfa.by_class(State{s}, c));
  }
  return {dfa.classes(), std::move(next), std::move(labels), dfa.start()};
}

Bounded<std::optional<std::string>> shortest_difference(const Dfa& a, const Dfa& b,
                                                        const Differs& differs,
                                                        const Budget& budget) {
  PairWalk walk(a, b);
  for (uint32_t at = 0; at < walk.pairs().size(); ++at) {
    const PairWalk::Pair pair = walk.pairs()[at];
    if (differs(a.label(pair.a), b.label(pair.b))) return walk.word_to(at);
    walk.step(at);
    if (walk.pairs().size() > budget.states) {
      return tl::unexpected(Overflow{.states = walk.pairs().size()});
    }
  }
  return std::nullopt;
}

bool equivalent(const Dfa& a, const Dfa& b) { return minimise(a) == minimise(b); }

}  // namespace sbxc::automata
