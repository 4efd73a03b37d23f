#include "compiler/automata/components.h"

#include <algorithm>
#include <numeric>

#include "compiler/automata/live.h"

namespace sbxc::automata {

namespace {

constexpr int kSettling = 8;         // usual steps until they must come back to one state
constexpr size_t kInclusion = 2000;  // pairs walked before an inclusion is given up

uint64_t pair_key(State a, State b) {
  return static_cast<uint64_t>(a) << 32 | static_cast<uint64_t>(b);
}

}  // namespace

uint8_t most_readable(const Bytes& bytes) {
  static const std::vector<uint8_t> order = [] {
    std::vector<uint8_t> all(256);
    std::iota(all.begin(), all.end(), uint8_t{0});
    std::sort(all.begin(), all.end(),
              [](uint8_t a, uint8_t b) { return readability(a) < readability(b); });
    return all;
  }();
  return *std::find_if(order.begin(), order.end(), [&](uint8_t byte) { return bytes.test(byte); });
}

Components::Components(const WordSet& set, GlobKind kind, FewBytes few)
    : set_(set), kind_(kind), few_(few), live_(live_states(set, holds)) {
  class_bytes_.resize(set.classes().count);
  const Bytes& in_names = name_bytes(kind);
  for (size_t i = 0; i < 256; ++i) {
    if (in_names.test(i)) class_bytes_[set.classes().of[i]].set(i);
  }
  const auto largest =
      std::max_element(class_bytes_.begin(), class_bytes_.end(),
                       [](const Bytes& a, const Bytes& b) { return a.count() < b.count(); });
  usual_byte_ = most_readable(*largest);
}

Node Components::root() const {
  switch (kind_) {
    case GlobKind::path: {
      const State slash = set_.step(set_.start(), '/');
      return {holds(set_.label(slash)), slash};
    }
    case GlobKind::name:
      break;
    case GlobKind::abstract:
      return {false, set_.step(set_.start(), '@')};
  }
  return {false, set_.start()};
}

const std::vector<Components::Step>& Components::steps(State at) const {
  const auto [known, is_new] = steps_.try_emplace(static_cast<uint32_t>(at));
  std::vector<Step>& all = known->second;
  if (!is_new) return all;
  for (uint32_t c = 0; c < class_bytes_.size(); ++c) {
    if (class_bytes_[c].none()) continue;
    const State to = set_.by_class(at, c);
    const auto same =
        std::find_if(all.begin(), all.end(), [&](const Step& step) { return step.to == to; });
    if (same == all.end()) {
      all.push_back({class_bytes_[c], to});
    } else {
      same->bytes |= class_bytes_[c];
    }
  }
  return all;
}

std::optional<State> Components::settled(State at) const {
  for (int i = 0; i < kSettling; ++i) {
    const State next = usual_step(at);
    if (next == at) return is_live(at) ? std::optional(at) : std::nullopt;
    at = next;
  }
  return std::nullopt;
}

Node Components::after(State in_name) const {
  const bool accepts = holds(set_.label(in_name));
  if (kind_ == GlobKind::path) return {accepts, set_.step(in_name, '/')};
  return {accepts, set_.step(in_name, 0)};  // nothing follows a name
}

std::vector<State> Components::inside_names(State names) const {
  std::vector<State> found;
  std::vector<bool> known(set_.size(), false);
  const auto look = [&](State from) {
    for (const Step& step : steps(from)) {
      if (!is_live(step.to) || known[static_cast<size_t>(step.to)]) continue;
      known[static_cast<size_t>(step.to)] = true;
      found.push_back(step.to);
    }
  };
  look(names);
  for (size_t i = 0; i < found.size(); ++i) look(found[i]);
  return found;
}

std::optional<Node> Components::usual(State names) const {
  const std::optional<State> rest = settled(names);
  if (!rest) return std::nullopt;
  const Node node = after(*rest);
  return is_live(node) ? std::optional(node) : std::nullopt;
}

std::optional<State> Components::globstar(State names) const {
  for (int i = 0; i < kSettling; ++i) {
    const std::optional<Node> next = usual(names);
    if (!next || !is_live(next->names)) return std::nullopt;
    if (next->names == names) return names;
    names = next->names;
  }
  return std::nullopt;
}

bool Components::includes(const Node& big, const Node& small) const {
  return (big.accepts || !small.accepts) && includes(big.names, small.names);
}

bool Components::includes(State big, State small) const {
  if (big == small || !is_live(small)) return true;
  if (!is_live(big)) return false;
  const auto [known, is_new] = included_.try_emplace(pair_key(big, small), false);
  if (!is_new) return known->second;
  std::vector<std::pair<State, State>> pairs{{big, small}};
  std::unordered_map<uint64_t, bool> seen{{pair_key(big, small), true}};
  for (size_t i = 0; i < pairs.size(); ++i) {
    const auto [b, s] = pairs[i];
    if ((holds(set_.label(s)) && !holds(set_.label(b))) || pairs.size() > kInclusion) return false;
    for (uint32_t c = 0; c < set_.classes().count; ++c) {
      const std::pair<State, State> next{set_.by_class(b, c), set_.by_class(s, c)};
      if (next.first == next.second || !is_live(next.second)) continue;
      if (seen.try_emplace(pair_key(next.first, next.second), true).second) pairs.push_back(next);
    }
  }
  included_[pair_key(big, small)] = true;
  return true;
}

}  // namespace sbxc::automata
