// Breadth first, each way visiting a state once. Behind a `*` a step that would lead where the same
// byte leads from the `*` itself is left out: the run could have taken all that came before.
#include "compiler/automata/name_walk.h"

#include <algorithm>
#include <deque>

#include "compiler/automata/glob_covers.h"

namespace sbxc::automata {

namespace {

constexpr size_t kWays = 4000;   // walked for one goal
constexpr size_t kNames = 96;    // written for one goal
constexpr int kSplitBytes = 16;  // bytes of a set that no class can spell, written one by one

struct Way {
  State at{};
  NameGlob glob{};
  std::string word{};
  std::vector<State> seen{};
  std::optional<State> run{};  // where the last `*` rests
};

class Walk {
 public:
  Walk(const Components& set, const std::vector<State>& inside, const Goal& goal)
      : set_(set), goal_(goal), leads_(set.set().size(), false) {
    for (const State state : inside) leads_[static_cast<size_t>(state)] = goal(state);
    for (bool grew = true; grew;) {
      grew = false;
      for (auto at = inside.rbegin(); at != inside.rend(); ++at) {
        if (leads_[static_cast<size_t>(*at)] || !leads_on(*at)) continue;
        grew = leads_[static_cast<size_t>(*at)] = true;
      }
    }
  }

  FoundNames from(State names) {
    open_.push_back({.at = names, .seen = {names}});
    size_t i = 0;
    for (; !open_.empty() && i < kWays && found_.size() < kNames; ++i) {
      const Way way = std::move(open_.front());
      open_.pop_front();
      visit(way);
    }
    return {std::move(found_), i};
  }

 private:
  bool leads(State state) const { return leads_[static_cast<size_t>(state)]; }
  bool leads_on(State state) const {
    const auto& steps = set_.steps(state);
    return std::any_of(steps.begin(), steps.end(),
                       [&](const Components::Step& step) { return leads(step.to); });
  }

  void visit(const Way& way) {
    const bool in_run = way.glob.ends_in_run();
    if (!way.word.empty() && !in_run && goal_(way.at)) write(way);
    if (!in_run) visit_run(way);
    const std::optional<State> rest = set_.settled(way.at);
    const bool run_goes_on = rest && leads(*rest);
    const State usual = set_.usual_step(way.at);
    for (const Components::Step& step : set_.steps(way.at)) {
      // What usual bytes do is in `*` and `?`, but for a class that no run comes after.
      if (step.to == usual && (run_goes_on || step.bytes == name_bytes(set_.kind()))) continue;
      if (!leads(step.to) || is_taken_by_run(way, step)) continue;
      take(way, step);
    }
  }

  // `*` and `?` from here.
  void visit_run(const Way& way) {
    const std::optional<State> rest = set_.settled(way.at);
    const State usual = set_.usual_step(way.at);
    if (rest && leads(*rest)) {
      Way run = way;
      for (; run.at != *rest || run.word.empty(); run.at = set_.usual_step(run.at)) {
        run.word += static_cast<char>(set_.usual_byte());
      }
      if (goal_(*rest)) {
        Way whole = run;
        if (!way.word.empty() && !goal_(way.at)) whole.glob.add(name_bytes(set_.kind()));
        whole.glob.add_run();
        write(whole);
      }
      run.glob.add_run();
      run.run = *rest;
      push(std::move(run));
    }
    if (leads(usual) && usual != rest) {
      Way one = way;
      one.glob.add(name_bytes(set_.kind()));
      one.word += static_cast<char>(set_.usual_byte());
      one.at = usual;
      push(std::move(one));
    }
  }

  bool is_taken_by_run(const Way& way, const Components::Step& step) const {
    if (!way.run || way.at == *way.run) return false;
    for (size_t i = 0; i < 256; ++i) {
      if (step.bytes.test(i) && set_.set().step(*way.run, static_cast<uint8_t>(i)) != step.to) {
        return false;
      }
    }
    return true;
  }

  void take(const Way& way, const Components::Step& step) {
    if (set_.few() == FewBytes::apart && step.bytes.count() <= kFewBytes) {
      for (size_t i = 0; i < 256; ++i) {
        if (step.bytes.test(i)) take_set(way, Bytes().set(i), step.to);
      }
      return;
    }
    if (is_class(step.bytes) || step.bytes.count() == 1) {
      take_set(way, step.bytes, step.to);
      return;
    }
    Bytes low = step.bytes;
    int high = 0;
    for (size_t i = 0x80; i < 256; ++i) {
      low.reset(i);
      if (!step.bytes.test(i) || ++high > kSplitBytes) continue;
      take_set(way, Bytes().set(i), step.to);
    }
    if (low.any()) take_set(way, low, step.to);
  }

  void take_set(const Way& way, const Bytes& bytes, State to) {
    Way next = way;
    next.glob.add(bytes);
    next.word += static_cast<char>(most_readable(bytes));
    next.at = to;
    push(std::move(next));
  }

  void push(Way way) {
    const bool back = std::find(way.seen.begin(), way.seen.end(), way.at) != way.seen.end();
    const bool rests_here = way.glob.ends_in_run() && way.seen.back() == way.at;
    if (back && !rests_here) return;
    if (!back) way.seen.push_back(way.at);
    open_.push_back(std::move(way));
  }

  void write(const Way& way) { found_.push_back({way.glob, way.word, way.at}); }

  const Components& set_;
  const Goal& goal_;
  std::vector<bool> leads_;
  std::deque<Way> open_;
  std::vector<FoundName> found_;
};

// Whether every name of the glob ends at the goal; `.` and `..` are no names and may end anywhere.
bool only_leads_to(const Components& set, State names, const NameGlob& glob, const Goal& goal) {
  std::vector<State> at{names};
  const auto step = [&](const std::vector<State>& from, const Bytes& bytes) {
    std::vector<State> to;
    for (const State state : from) {
      for (const Components::Step& one : set.steps(state)) {
        if ((one.bytes & bytes).any() && std::find(to.begin(), to.end(), one.to) == to.end()) {
          to.push_back(one.to);
        }
      }
    }
    return to;
  };
  for (const GlobAtom& atom : glob.atoms) {
    if (const auto* text = std::get_if<std::string>(&atom)) {
      for (State& state : at) {
        for (const char c : *text) state = set.set().step(state, static_cast<uint8_t>(c));
      }
    } else if (const auto* bytes = std::get_if<Bytes>(&atom)) {
      at = step(at, *bytes);
    } else {
      for (std::vector<State> more = at; !more.empty();) {
        more = step(more, name_bytes(set.kind()));
        std::erase_if(
            more, [&](State state) { return std::find(at.begin(), at.end(), state) != at.end(); });
        at.insert(at.end(), more.begin(), more.end());
      }
    }
  }
  const State dot = set.set().step(names, '.');
  const State dots = set.set().step(dot, '.');
  return std::all_of(at.begin(), at.end(), [&](State state) {
    const bool no_name = state == names || state == dot || state == dots;
    return goal(state) || (no_name && set.is_live(state));
  });
}

// Leaves out what a glob that is right in all it holds makes needless.
std::vector<FoundName> without_covered(const Components& set, State names, const Goal& goal,
                                       std::vector<FoundName> found) {
  std::vector<FoundName> right;  // those that hold more than one name
  for (const FoundName& name : found) {
    const auto& atoms = name.glob.atoms;
    if (atoms.size() == 1 && std::holds_alternative<std::string>(atoms.front())) continue;
    if (only_leads_to(set, names, name.glob, goal)) right.push_back(name);
  }
  std::erase_if(found, [&](const FoundName& name) {
    return std::any_of(right.begin(), right.end(), [&](const FoundName& other) {
      return !(other.glob == name.glob) && covers(other.glob, name.glob, set.kind());
    });
  });
  return found;
}

}  // namespace

FoundNames names_to(const Components& set, State names, const std::vector<State>& inside,
                    const Goal& goal) {
  FoundNames found = Walk(set, inside, goal).from(names);
  found.names = without_covered(set, names, goal, std::move(found.names));
  return found;
}

std::vector<FoundName> usual_names(const Components& set, State names) {
  const std::optional<State> rest = set.settled(names);
  if (!rest) return {};
  std::string word;
  State at = names;
  for (; at != *rest || word.empty(); at = set.usual_step(at)) {
    word += static_cast<char>(set.usual_byte());
  }
  FoundName any{.glob = {{AnyRun{}}}, .word = word, .end = *rest};
  Bytes first;
  for (const Components::Step& step : set.steps(names)) {
    if (set.settled(step.to) == rest) first |= step.bytes;
  }
  if (first == name_bytes(set.kind()) || !is_class(first)) return {any};
  FoundName some = any;
  some.glob = NameGlob{{first, AnyRun{}}};
  const Node usual = set.after(*rest);
  const Goal goal = [&](State state) { return set.includes(set.after(state), usual); };
  return without_covered(set, names, goal, {any, some});
}

}  // namespace sbxc::automata
