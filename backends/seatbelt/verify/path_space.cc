#include "backends/seatbelt/verify/path_space.h"

#include <algorithm>
#include <map>

#include "compiler/automata/product.h"

namespace sbxc::paths {
namespace {

using automata::Dfa;
using automata::Label;
using automata::Mark;
using automata::Marks;
using automata::State;

// Not empty, not `.` or `..`, without `/` and NUL.
const Dfa& any_name() {
  static const Dfa kNames = [] {
    automata::ByteClasses classes;
    classes.count = 3;
    classes.of['.'] = 1;
    classes.of['/'] = 2;
    classes.of[0] = 2;
    const State name{3};
    const State none{4};
    const std::vector<State> next = {name, State{1}, none,  // the start
                                     name, State{2}, none,  // behind `.`
                                     name, name,     none,  // behind `..`
                                     name, name,     none,  //
                                     none, none,     none};
    const Label yes{1};
    return Dfa(
        classes, next,
        {automata::kOutside, automata::kOutside, automata::kOutside, yes, automata::kOutside},
        State{0});
  }();
  return kNames;
}

}  // namespace

automata::Bounded<PathSpace> PathSpace::of(const automata::Nfa& languages,
                                           const automata::Budget& budget) {
  PathSpace out;
  out.cut_ = cut_at_slashes(languages);
  std::map<std::vector<Mark>, uint32_t> known;
  const automata::Folding folding{.label = [&](Marks marks) {
    const auto [at, fresh] = known.try_emplace(std::vector<Mark>(marks.begin(), marks.end()),
                                               static_cast<uint32_t>(known.size()));
    if (fresh) {
      out.moves_.emplace_back();
      for (const Mark mark : marks) {
        out.moves_.back().push_back(out.cut_.moves[static_cast<size_t>(mark)]);
      }
      std::sort(out.moves_.back().begin(), out.moves_.back().end());
    }
    return Label{at->second + 1};
  }};
  auto names = automata::determinise(out.cut_.names, folding, any_name(), budget);
  if (!names) return tl::unexpected(names.error());
  out.names_ = std::move(*names);
  out.take_samples();
  return out;
}

// Classes are numbered in the order in which their samples are found.
void PathSpace::take_samples() {
  std::vector<uint32_t> number(moves_.size(), UINT32_MAX);
  std::vector<std::vector<Move>> in_order;
  std::vector<uint8_t> bytes = names_.classes().representatives();
  std::sort(bytes.begin(), bytes.end(), [](uint8_t a, uint8_t b) {
    return automata::readability(a) < automata::readability(b);
  });
  struct Met {
    State state{};
    size_t before = 0;
    uint8_t byte = 0;
  };
  std::vector<Met> met{{names_.start()}};
  std::vector<bool> seen(names_.size(), false);
  seen[static_cast<size_t>(names_.start())] = true;
  for (size_t at = 0; at < met.size(); ++at) {
    const Label label = names_.label(met[at].state);
    const size_t found = static_cast<size_t>(label) - 1;
    if (label != automata::kOutside && number[found] == UINT32_MAX) {
      number[found] = static_cast<uint32_t>(samples_.size());
      in_order.push_back(std::move(moves_[found]));
      std::string& word = samples_.emplace_back();
      for (size_t i = at; i != 0; i = met[i].before) word += static_cast<char>(met[i].byte);
      std::reverse(word.begin(), word.end());
    }
    for (const uint8_t byte : bytes) {
      const State to = names_.step(met[at].state, byte);
      if (seen[static_cast<size_t>(to)]) continue;
      seen[static_cast<size_t>(to)] = true;
      met.push_back({to, at, byte});
    }
  }
  moves_ = std::move(in_order);
  names_ = automata::relabel(names_, [&](Label label) {
    return label == automata::kOutside ? label : Label{number[static_cast<size_t>(label) - 1] + 1};
  });
}

std::string PathSpace::path(const std::vector<NameClass>& names) const {
  std::string out;
  for (const NameClass name : names) out += '/' + sample(name);
  return out.empty() ? "/" : out;
}

std::vector<NameClass> PathSpace::classes_of(std::string_view path) const {
  std::vector<NameClass> out;
  for (size_t at = 1; at < path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    const Label label = names_.decide(path.substr(at, end - at));
    out.push_back(NameClass{static_cast<uint32_t>(label) - 1});
    at = end + 1;
  }
  return out;
}

}  // namespace sbxc::paths
