// A pair leads on through: the literal names that its patterns or its places have; a name of each
// class of the wildcards; and any other name. Most of that is the same for all pairs that share
// their base and the region below, so it is looked at once, from the first pair whose own names do
// not stand in the way; what they hide waits for the next.
#include "backends/bwrap/read/joint_walk.h"

#include <algorithm>

#include "backends/bwrap/read/canonical.h"

namespace sbxc::bwrap_read {
namespace {

Words key_of(const JointWalk::Spot& spot) {
  return {spot.asked.bits, static_cast<uint32_t>(spot.asked.ahead),
          static_cast<uint32_t>(spot.place)};
}

bool has(const std::vector<std::string>& sorted, std::string_view name) {
  return std::binary_search(sorted.begin(), sorted.end(), name, std::less<>());
}

}  // namespace

std::optional<JointWalk> JointWalk::of(AskedSpace& asked, const PlaceTree& places, size_t states) {
  JointWalk walk(asked, places);
  if (!walk.run(states)) return std::nullopt;
  return walk;
}

bool JointWalk::run(size_t states) {
  add_node({.spot = root()});
  for (size_t at = 0; at < nodes_.size(); ++at) {
    if (nodes_.size() > states || !expand(at)) return false;
  }
  return true;
}

size_t JointWalk::add_node(Node node) {
  if (node.shared) {
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }
  const auto [at, fresh] = known_.try_emplace(key_of(node.spot), nodes_.size());
  if (fresh) nodes_.push_back(std::move(node));
  return at->second;
}

// The way that an edge of `from` stands for begins at `before`.
void JointWalk::add(size_t from, size_t before, std::string_view name) {
  const Spot to = step(nodes_[before].spot, name);
  const size_t node = add_node({.spot = to, .before = before, .name = std::string(name)});
  edges_.emplace_back(static_cast<uint32_t>(from), static_cast<uint32_t>(node));
}

// Regions in which nothing is compared.
bool JointWalk::is_uniform(Shown below) const {
  return below == Shown::nothing_below || below == Shown::processes || below == Shown::devices;
}

// Those that the pair has for itself, and those of the base that its own patterns match too.
std::vector<std::string> JointWalk::own_names(const Spot& spot, const Ahead& ahead,
                                              const Base& base) const {
  const Patterns& patterns = asked_->patterns();
  std::vector<std::string> names;
  for (const auto& [name, at] : places_->names(spot.place)) names.push_back(name);
  if (is_uniform(places_->below(spot.place))) return names;
  for (const auto& [literal, next] : ahead.steps.literals) {
    names.emplace_back(patterns.text(literal));
  }
  const auto& wildcards = ahead.steps.wildcards;
  for (const auto& [literal, next] : base.steps.literals) {
    const std::string_view name = patterns.text(literal);
    const bool matched =
        !ahead.steps.every.empty() || std::ranges::any_of(wildcards, [&](const auto& wildcard) {
          return patterns.wildcard(wildcard.first).matches(name);
        });
    if (matched) names.emplace_back(name);
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool JointWalk::expand(size_t at) {
  if (nodes_[at].shared) return true;
  const Spot spot = nodes_[at].spot;
  const AheadId ahead_id = spot.asked.ahead;
  const BaseId base_id = asked_->ahead(ahead_id).base;
  const auto own = own_names(spot, asked_->ahead(ahead_id), asked_->base(base_id));
  for (const std::string& name : own) add(at, at, name);
  if (is_uniform(places_->below(spot.place))) return true;
  const bool alone = !asked_->ahead(ahead_id).steps.every.empty();
  if (alone) return add_classes(at, own, nullptr);
  Shared& shared = shared_of(spot);
  edges_.emplace_back(static_cast<uint32_t>(at), static_cast<uint32_t>(shared.node));
  add_shared_names(at, own, shared);
  const bool more = !asked_->ahead(ahead_id).steps.wildcards.empty();
  const bool complete = shared.classes != 0 && shared.done.size() == shared.classes;
  return complete && !more ? true : add_classes(at, own, &shared);
}

JointWalk::Shared& JointWalk::shared_of(const Spot& spot) {
  const Ahead& ahead = asked_->ahead(spot.asked.ahead);
  const Words key = {ahead.certain, static_cast<uint32_t>(ahead.base),
                     static_cast<uint32_t>(places_->below(spot.place))};
  const auto [at, fresh] = shared_.try_emplace(key);
  if (!fresh) return at->second;
  at->second.node = add_node({.spot = {}, .shared = true});
  for (const auto& [literal, next] : asked_->base(ahead.base).steps.literals) {
    if (at->second.names.empty() || at->second.names.back() != literal) {
      at->second.names.push_back(literal);
    }
  }
  return at->second;
}

void JointWalk::add_shared_names(size_t at, const std::vector<std::string>& own, Shared& shared) {
  std::erase_if(shared.names, [&](LiteralId literal) {
    const std::string name(asked_->patterns().text(literal));
    if (has(own, name)) return false;
    add(shared.node, at, name);
    return true;
  });
}

// A name of each class: for the pair alone where its own wildcards match, shared where they do not.
bool JointWalk::add_classes(size_t at, const std::vector<std::string>& own, Shared* shared) {
  const Patterns& patterns = asked_->patterns();
  const AheadId ahead_id = nodes_[at].spot.asked.ahead;
  const BaseId base_id = asked_->ahead(ahead_id).base;
  const NameSteps& base = asked_->base(base_id).steps;
  const NameClasses* classes = asked_->classes_of(base, asked_->ahead(ahead_id).steps);
  if (classes == nullptr) return false;
  std::vector<std::string_view> avoid(own.begin(), own.end());
  for (const auto& [literal, next] : base.literals) avoid.push_back(patterns.text(literal));
  std::ranges::sort(avoid);
  const size_t base_groups = AskedSpace::group_count(base);
  size_t of_base = 0;
  std::vector<std::pair<bool, std::string>> found;  // shared, name
  for (size_t i = 0; i < classes->size(); ++i) {
    if (classes->is_empty(i)) continue;
    const Words& groups = classes->groups(i);
    const bool mine = shared == nullptr || (!groups.empty() && groups.back() >= base_groups);
    if (!mine) ++of_base;
    if (!mine && std::ranges::find(shared->done, groups) != shared->done.end()) continue;
    const auto name = classes->name_in(i, avoid);
    if (!name) continue;
    if (!mine) shared->done.push_back(groups);
    found.emplace_back(!mine, *name);
  }
  if (shared != nullptr && asked_->ahead(ahead_id).steps.wildcards.empty()) {
    shared->classes = of_base;
  }
  const size_t from = shared == nullptr ? at : shared->node;
  for (const auto& [is_shared, name] : found) add(is_shared ? from : at, at, name);
  return true;
}

std::string JointWalk::path(size_t node) const {
  if (node == 0) return "/";
  std::vector<std::string_view> names;
  for (; node != 0; node = nodes_[node].before) names.push_back(nodes_[node].name);
  std::string path;
  for (auto name = names.rbegin(); name != names.rend(); ++name) path.append("/").append(*name);
  return path;
}

JointWalk::Spot JointWalk::find(std::string_view path) const {
  Spot spot = root();
  for (const std::string& name : names_in(path)) spot = step(spot, name);
  return spot;
}

std::optional<size_t> JointWalk::node_of(const Spot& spot) const {
  const auto found = known_.find(key_of(spot));
  if (found == known_.end()) return std::nullopt;
  return found->second;
}

bool JointWalk::is_same(const Spot& a, const Spot& b) { return key_of(a) == key_of(b); }

std::vector<bool> JointWalk::leads_to(const std::vector<bool>& wanted) const {
  std::vector<uint32_t> first(nodes_.size() + 1);  // of the edges into a node
  for (const auto& [from, to] : edges_) ++first[to + 1];
  for (size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  std::vector<uint32_t> into(edges_.size());
  std::vector<uint32_t> next(first.begin(), first.end() - 1);
  for (const auto& [from, to] : edges_) into[next[to]++] = from;

  std::vector<bool> leads(nodes_.size());
  std::vector<uint32_t> left;
  for (uint32_t i = 0; i < nodes_.size(); ++i) {
    if (wanted[i]) left.push_back(i);
  }
  while (!left.empty()) {
    const uint32_t at = left.back();
    left.pop_back();
    for (uint32_t i = first[at]; i < first[at + 1]; ++i) {
      if (leads[into[i]]) continue;
      leads[into[i]] = true;
      left.push_back(into[i]);
    }
  }
  return leads;
}

}  // namespace sbxc::bwrap_read
