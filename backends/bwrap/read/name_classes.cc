// The wildcards become one small automaton over bytes. A class whose shortest name is to be avoided
// is searched again, the automaton side by side with the tree of the names to avoid: the tree is
// the sorted list, a node of it the range of those that begin alike.
#include "backends/bwrap/read/name_classes.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/automata/domains.h"
#include "compiler/decisions/path_language.h"

namespace sbxc::bwrap_read {
namespace {

using automata::Dfa;
using automata::kOutside;
using automata::Label;
using automata::Marks;
using automata::State;

std::vector<uint8_t> readable_first() {
  std::vector<uint8_t> bytes;
  for (uint32_t byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<uint8_t>(byte));
  std::ranges::sort(bytes, {}, automata::readability);
  return bytes;
}

// A state with the names to avoid that begin like the word so far.
struct Both {
  State state{};
  size_t first = 0;  // of a sorted list
  size_t last = 0;
};

struct Met {
  Both both;
  size_t before = 0;
  uint8_t byte = 0;
  size_t depth = 0;

  auto key() const {
    const bool alone = both.first == both.last;
    return std::tuple(static_cast<uint32_t>(both.state), both.first, both.last, alone ? 0 : depth);
  }
};

std::string word_to(const std::vector<Met>& met, size_t at) {
  std::string word;
  for (; at != 0; at = met[at].before) word += static_cast<char>(met[at].byte);
  std::ranges::reverse(word);
  return word;
}

// Those that go on with `byte`.
Both step(const Dfa& dfa, const Met& from, uint8_t byte,
          const std::vector<std::string_view>& avoid) {
  const auto begin = avoid.begin() + static_cast<std::ptrdiff_t>(from.both.first);
  const auto end = avoid.begin() + static_cast<std::ptrdiff_t>(from.both.last);
  const auto goes_on = [&](std::string_view name) {
    return name.size() <= from.depth ? -1
                                     : static_cast<int>(static_cast<uint8_t>(name[from.depth]));
  };
  const int wanted = byte;
  const auto first = std::ranges::lower_bound(begin, end, wanted, {}, goes_on);
  const auto last = std::ranges::upper_bound(first, end, wanted, {}, goes_on);
  return {dfa.step(from.both.state, byte), static_cast<size_t>(first - avoid.begin()),
          static_cast<size_t>(last - avoid.begin())};
}

}  // namespace

std::optional<NameClasses> NameClasses::of(const std::vector<std::vector<const NameGlob*>>& groups,
                                           const automata::Budget& budget) {
  automata::Nfa nfa;
  GlobLanguage globs(nfa);
  for (uint32_t i = 0; i < groups.size(); ++i) {
    for (const NameGlob* glob : groups[i]) globs.add(*glob, automata::Mark{i});
  }
  std::map<std::vector<uint32_t>, uint32_t> known;
  std::vector<std::vector<uint32_t>> classes;
  const auto label = [&](Marks marks) {
    std::vector<uint32_t> matched;
    for (const automata::Mark mark : marks) matched.push_back(static_cast<uint32_t>(mark));
    const auto [at, fresh] = known.try_emplace(matched, static_cast<uint32_t>(classes.size()));
    if (fresh) classes.push_back(std::move(matched));
    return Label{1 + at->second};
  };
  auto dfa = automata::determinise(nfa, {.label = label}, automata::plain_names(), budget);
  if (!dfa) return std::nullopt;
  NameClasses result(std::move(*dfa));
  result.groups_ = std::move(classes);
  result.find_shortest();
  return result;
}

void NameClasses::find_shortest() {
  shortest_.resize(groups_.size());
  std::vector<uint8_t> order = dfa_.classes().representatives();
  std::ranges::sort(order, {}, automata::readability);
  std::vector<bool> known(dfa_.size());
  std::vector<Met> met = {{{dfa_.start()}}};
  known[static_cast<size_t>(dfa_.start())] = true;
  for (size_t at = 0; at < met.size(); ++at) {
    const State state = met[at].both.state;
    if (const Label label = dfa_.label(state); label != kOutside) {
      std::string& shortest = shortest_[static_cast<size_t>(label) - 1];
      if (shortest.empty()) shortest = word_to(met, at);
    }
    for (const uint8_t byte : order) {
      const State next = dfa_.step(state, byte);
      if (known[static_cast<size_t>(next)]) continue;
      known[static_cast<size_t>(next)] = true;
      met.push_back({{next}, at, byte});
    }
  }
}

std::optional<std::string> NameClasses::name_in(size_t name_class,
                                                const std::vector<std::string_view>& avoid) const {
  const std::string& shortest = shortest_[name_class];
  if (!shortest.empty() && shortest != "." && shortest != ".." &&
      !std::ranges::binary_search(avoid, shortest)) {
    return shortest;
  }
  std::vector<std::string_view> more = avoid;
  for (const std::string_view no_name : {".", ".."}) {
    const auto at = std::ranges::lower_bound(more, no_name);
    if (at == more.end() || *at != no_name) more.insert(at, no_name);
  }
  return search(name_class, more);
}

std::optional<std::string> NameClasses::search(size_t name_class,
                                               const std::vector<std::string_view>& avoid) const {
  static const std::vector<uint8_t> order = readable_first();
  const Label wanted{static_cast<uint32_t>(name_class) + 1};
  std::vector<Met> met = {{{dfa_.start(), 0, avoid.size()}}};
  std::set<std::tuple<uint32_t, size_t, size_t, size_t>> known = {met[0].key()};
  for (size_t at = 0; at < met.size(); ++at) {
    const Met from = met[at];
    const bool any_left = from.both.first < from.both.last;
    const bool is_one = any_left && avoid[from.both.first].size() == from.depth;
    if (!is_one && dfa_.label(from.both.state) == wanted) return word_to(met, at);
    std::vector<bool> tried(dfa_.classes().count);
    for (const uint8_t byte : order) {
      Both next = step(dfa_, from, byte, avoid);
      const bool alone = next.first == next.last;  // like any other byte of its class
      if (alone && tried[dfa_.classes().of[byte]]) continue;
      if (alone) tried[dfa_.classes().of[byte]] = true;
      if (alone) next.first = next.last = 0;
      const Met further{next, at, byte, from.depth + 1};
      if (known.insert(further.key()).second) met.push_back(further);
    }
  }
  return std::nullopt;
}

}  // namespace sbxc::bwrap_read
