// A walk over components, breadth first, that writes a glob at every node that accepts. From a node
// it goes on by
//   - `**` to where usual names lead in the end, when they come to rest; from there only names that
//     lead elsewhere matter, and below one of those only what would not have happened from the
//     `**`;
//   - the usual name, `*`, when it leads somewhere new;
//   - names that lead to some other node: literal ones, `*.pem`, `[a-f]*`. A name may lead to a
//     node that allows more than needed, so that two globs may overlap as a person's would.
// No way visits a place twice: a loop that is no `**` has no glob.
#include "compiler/automata/glob_guesses.h"

#include <algorithm>
#include <deque>
#include <tuple>
#include <unordered_set>

#include "compiler/automata/name_walk.h"

namespace sbxc::automata {

namespace {

constexpr size_t kWays = 2000;    // walked
constexpr size_t kGuesses = 256;  // written

struct Way {
  std::vector<std::optional<NameGlob>> components{};
  Node node{};
  std::vector<State> seen{};
  std::optional<State> star{};  // the place of the last `**`
};

class Walk {
 public:
  Walk(const WordSet& set, SetSearch& search, FewBytes few)
      : set_(set, search.kind(), few), search_(search) {}

  std::vector<Glob> run() {
    open_.push_back({.node = set_.root(), .seen = {set_.root().names}});
    for (size_t i = 0; !open_.empty() && i < kWays && found_.size() < kGuesses; ++i) {
      const Way way = std::move(open_.front());
      open_.pop_front();
      if (search_.is_spent()) break;
      visit(way);
    }
    return std::move(found_);
  }

 private:
  void visit(const Way& way) {
    if (way.node.accepts) write(way.components);
    const State names = way.node.names;
    if (!set_.is_live(names)) return;
    if (set_.kind() == GlobKind::path) {
      const std::optional<State> star = set_.globstar(names);
      if (star) visit_globstar(way, *star);
      if (star == names) return;
    }
    visit_names(way);
  }

  void visit_globstar(const Way& way, State star) {
    if (!way.components.empty() && !way.components.back()) return;
    Way below = way;
    below.components.emplace_back(std::nullopt);
    const bool everything = way.node.accepts && set_.usual(star)->accepts;
    if (everything) write(below.components);
    if (!everything && star == way.node.names && set_.usual(star)->accepts)
      write_strictly_below(way);
    below.node = {false, star};
    below.star = star;
    if (star != way.node.names) below.seen.push_back(star);
    visit_names(below);
  }

  void write_strictly_below(const Way& way) {
    std::vector<std::optional<NameGlob>> components = way.components;
    components.emplace_back(NameGlob{{AnyRun{}}});
    components.emplace_back(std::nullopt);
    write(components);
  }

  void visit_names(const Way& way) {
    const State names = way.node.names;
    const bool at_star = way.star == names;
    const std::optional<Node> usual = set_.usual(names);
    if (usual && !at_star) {
      for (const FoundName& name : usual_names(set_, names)) push(way, name.glob, *usual);
    }
    const std::vector<State> inside = set_.inside_names(names);
    search_.spend(10 + inside.size());
    std::vector<Node> nodes;
    for (const State state : inside) {
      const Node node = set_.after(state);
      const bool known = std::find(nodes.begin(), nodes.end(), node) != nodes.end();
      if (set_.is_live(node) && !known) nodes.push_back(node);
    }
    for (const Node& node : nodes) {
      if (usual && set_.includes(*usual, node)) continue;
      const auto goal = [&](State state) { return set_.includes(set_.after(state), node); };
      const FoundNames found = names_to(set_, names, inside, goal);
      search_.spend(inside.size() + 2 * found.ways + 10 * found.names.size());
      for (const FoundName& name : found.names) {
        if (!at_star && is_below_globstar(way, name, node)) continue;
        push(way, name.glob, node);
      }
    }
  }

  // Whether the last `**` could have taken everything up to here, and this name from there.
  bool is_below_globstar(const Way& way, const FoundName& name, const Node& node) const {
    if (!way.star) return false;
    State at = *way.star;
    for (const char c : name.word) at = set_.set().step(at, static_cast<uint8_t>(c));
    return set_.includes(set_.after(at), node);
  }

  void push(const Way& way, const NameGlob& name, const Node& node) {
    Way next = way;
    next.components.emplace_back(name);
    next.node = node;
    if (std::find(way.seen.begin(), way.seen.end(), node.names) != way.seen.end()) {
      if (node.accepts) write(next.components);
      return;
    }
    next.seen.push_back(node.names);
    open_.push_back(std::move(next));
  }

  void write(const std::vector<std::optional<NameGlob>>& components) {
    if (set_.kind() != GlobKind::path && components.empty()) return;
    Glob glob{set_.kind(), components};
    if (known_.insert(text(glob)).second) found_.push_back(std::move(glob));
  }

  Components set_;
  SetSearch& search_;
  std::deque<Way> open_;
  std::vector<Glob> found_;
  std::unordered_set<std::string> known_;
};

// Subtrees come before what has a `**` inside, then other wildcards, then literal words.
int generality(const Glob& glob) {
  if (glob.ends_in_globstar()) return 0;
  const bool globstar = std::any_of(glob.components.begin(), glob.components.end(),
                                    [](const auto& component) { return !component; });
  if (globstar) return 1;
  return glob.literal_depth() < glob.components.size() ? 2 : 3;
}

}  // namespace

double reading_cost(const Glob& glob) {
  double cost = 1;
  for (const auto& component : glob.components) {
    if (!component) continue;
    for (const GlobAtom& atom : component->atoms) {
      const auto* bytes = std::get_if<Bytes>(&atom);
      if (bytes) cost += bytes->count() <= kFewBytes ? 1.2 : 0.6;
    }
  }
  return cost;
}

std::vector<Glob> glob_guesses(const WordSet& set, SetSearch& search, FewBytes few) {
  std::vector<Glob> all = Walk(set, search, few).run();
  std::vector<std::tuple<int, double, size_t, std::string, size_t>> order;
  for (size_t i = 0; i < all.size(); ++i) {
    const std::string written = text(all[i]);
    order.emplace_back(generality(all[i]), reading_cost(all[i]), written.size(), written, i);
  }
  std::sort(order.begin(), order.end());
  std::vector<Glob> sorted;
  sorted.reserve(order.size());
  for (const auto& entry : order) sorted.push_back(std::move(all[std::get<4>(entry)]));
  return sorted;
}

}  // namespace sbxc::automata
