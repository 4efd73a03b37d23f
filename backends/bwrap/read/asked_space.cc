#include "backends/bwrap/read/asked_space.h"

#include <algorithm>

namespace sbxc::bwrap_read {
namespace {

template <typename Id>
uint32_t number(Id id) {
  return static_cast<uint32_t>(id);
}

template <typename T>
void make_set(std::vector<T>& all) {
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

void add_pending(std::vector<Pending>& all, const Pending& one) {
  auto at = std::ranges::find(all, one.voice, &Pending::voice);
  if (at == all.end()) at = all.insert(at, Pending{.voice = one.voice});
  at->pattern |= one.pattern;
  at->all_of_pattern |= one.all_of_pattern;
  at->except |= one.except;
  at->all_of_except |= one.all_of_except;
}

// Nothing further on can change what the voice says, or it says nothing any more.
bool is_decided(const Pending& one) {
  return !one.pattern || (one.all_of_pattern && (!one.except || one.all_of_except));
}

}  // namespace

void NameSteps::follow(const Patterns& patterns, std::string_view name, const LiteralId* literal,
                       std::vector<RestId>& behind) const {
  if (literal != nullptr) {
    auto at =
        std::ranges::lower_bound(literals, *literal, {}, &std::pair<LiteralId, RestId>::first);
    for (; at != literals.end() && at->first == *literal; ++at) behind.push_back(at->second);
  }
  const WildcardId* last = nullptr;
  bool matched = false;
  for (const auto& [wildcard, next] : wildcards) {
    if (last == nullptr || *last != wildcard) matched = patterns.wildcard(wildcard).matches(name);
    last = &wildcard;
    if (matched) behind.push_back(next);
  }
  behind.insert(behind.end(), every.begin(), every.end());
}

AskedSpace::AskedSpace(Patterns& patterns, const automata::Budget& budget)
    : patterns_(patterns), budget_(budget) {
  const BaseId none = base_of({});
  root_ = arrive({.certain = 0, .base = none, .steps = {}}, patterns.starts());
}

AskedState AskedSpace::step(AheadId from, std::string_view name) {
  const Ahead& ahead = this->ahead(from);
  const LiteralId* literal = patterns_.known(name);
  std::vector<RestId> behind;
  base(ahead.base).steps.follow(patterns_, name, literal, behind);
  ahead.steps.follow(patterns_, name, literal, behind);
  make_set(behind);
  Words key = {ahead.certain, number(ahead.base)};
  for (const RestId rest : behind) key.push_back(number(rest));
  const auto known = known_steps_.find(key);
  if (known != known_steps_.end()) return known->second;
  const AskedState to = arrive(Ahead(ahead), behind);
  known_steps_.emplace(std::move(key), to);
  return to;
}

// The facts of the path itself: exceptions that end right here count here alone.
uint32_t AskedSpace::bits_here(const Ahead& from, const std::vector<RestId>& behind) const {
  Facts facts = from.certain;
  std::vector<Pending> both;
  for (const RestId id : behind) {
    const Rest& rest = patterns_.rest(id);
    if (rest.first != Rest::First::end && !patterns_.is_all_below(id)) continue;
    if (!patterns_.voice_of(id).has_except) {
      facts |= patterns_.voice_of(id).said;
    } else {
      add_pending(both, {rest.voice, !rest.of_except, false, rest.of_except, false});
    }
  }
  for (const Pending& one : base(from.base).pending) {
    add_pending(both, {one.voice, one.all_of_pattern, false, one.all_of_except, false});
  }
  for (const Pending& one : both) {
    if (!one.pattern) continue;
    const Voice& voice = patterns_.voice(one.voice);
    facts |= one.except ? voice.said_of_taken : voice.said;
  }
  return bits_of(facts);
}

AskedState AskedSpace::arrive(const Ahead& from, const std::vector<RestId>& behind) {
  AskedState to{.bits = bits_here(from, behind)};
  std::vector<RestId> keeps;
  std::vector<RestId> more;
  for (const RestId id : behind) {
    const Rest::First first = patterns_.rest(id).first;
    if (first == Rest::First::end) continue;
    (first == Rest::First::any ? keeps : more).push_back(id);
  }
  const Facts settled = settled_by(from.certain);
  std::erase_if(more, [&](RestId id) {
    const Voice& voice = patterns_.voice_of(id);
    return ((voice.said | voice.said_of_taken) & ~settled) == 0;
  });
  if (keeps.empty() && is_settled(from, more)) {
    to.ahead = ahead_of(from.certain, from.base, more);
    return to;
  }
  const std::vector<RestId>& old = base(from.base).rests;
  keeps.insert(keeps.end(), old.begin(), old.end());
  make_set(keeps);
  Facts certain = from.certain;
  settle(certain, keeps, more);
  const BaseId base = base_of(std::move(keeps));
  to.ahead = ahead_of(certain, base, more);
  return to;
}

bool AskedSpace::is_settled(const Ahead& from, const std::vector<RestId>& more) const {
  std::vector<Pending> all = base(from.base).pending;
  for (const Pending& one : pending_of(more)) add_pending(all, one);
  return std::ranges::none_of(all, is_decided);
}

std::vector<Pending> AskedSpace::pending_of(const std::vector<RestId>& rests) const {
  std::vector<Pending> all;
  for (const RestId id : rests) {
    if (!patterns_.voice_of(id).has_except) continue;
    const Rest& rest = patterns_.rest(id);
    const bool whole = patterns_.is_all_below(id);
    add_pending(all, {rest.voice, !rest.of_except, !rest.of_except && whole, rest.of_except,
                      rest.of_except && whole});
  }
  return all;
}

bool AskedSpace::settle_once(Facts& certain, std::vector<RestId>& keeps,
                             std::vector<RestId>& more) const {
  const Facts before = certain;
  for (const RestId id : keeps) {
    const Voice& voice = patterns_.voice_of(id);
    if (!voice.has_except && patterns_.is_all_below(id)) certain |= voice.said;
  }
  std::vector<Pending> pending = pending_of(keeps);
  for (const Pending& one : pending_of(more)) add_pending(pending, one);
  std::vector<uint32_t> decided;
  for (const Pending& one : pending) {
    if (!is_decided(one)) continue;
    decided.push_back(one.voice);
    const Voice& voice = patterns_.voice(one.voice);
    if (one.pattern) certain |= one.except ? voice.said_of_taken : voice.said;
  }
  const Facts settled = settled_by(certain);
  const auto is_idle = [&](RestId id) {
    const Voice& voice = patterns_.voice_of(id);
    if (((voice.said | voice.said_of_taken) & ~settled) == 0) return true;
    return std::ranges::find(decided, patterns_.rest(id).voice) != decided.end();
  };
  const size_t dropped = std::erase_if(keeps, is_idle) + std::erase_if(more, is_idle);
  return certain != before || dropped != 0;
}

void AskedSpace::settle(Facts& certain, std::vector<RestId>& keeps,
                        std::vector<RestId>& more) const {
  while (settle_once(certain, keeps, more)) {
  }
}

NameSteps AskedSpace::steps_of(const std::vector<RestId>& rests) const {
  NameSteps steps;
  for (const RestId id : rests) {
    const Rest& rest = patterns_.rest(id);
    switch (rest.first) {
      case Rest::First::literal:
        steps.literals.emplace_back(LiteralId{rest.name}, rest.next);
        break;
      case Rest::First::wildcard:
        steps.wildcards.emplace_back(WildcardId{rest.name}, rest.next);
        break;
      case Rest::First::every_name:
        steps.every.push_back(rest.next);
        break;
      case Rest::First::end:
      case Rest::First::any:
        break;
    }
  }
  make_set(steps.literals);
  make_set(steps.wildcards);
  make_set(steps.every);
  return steps;
}

BaseId AskedSpace::base_of(std::vector<RestId> rests) {
  Words key;
  for (const RestId id : rests) key.push_back(number(id));
  const auto [at, fresh] =
      known_bases_.try_emplace(std::move(key), BaseId{static_cast<uint32_t>(bases_.size())});
  if (!fresh) return at->second;
  std::vector<RestId> behind;
  behind.reserve(rests.size());
  for (const RestId id : rests) behind.push_back(patterns_.rest(id).next);
  make_set(behind);
  NameSteps steps = steps_of(behind);
  std::vector<Pending> pending = pending_of(rests);
  bases_.push_back({std::move(rests), std::move(steps), std::move(pending)});
  return at->second;
}

AheadId AskedSpace::ahead_of(Facts certain, BaseId base, const std::vector<RestId>& more) {
  Words key = {certain, number(base)};
  for (const RestId id : more) key.push_back(number(id));
  const auto [at, fresh] =
      known_aheads_.try_emplace(std::move(key), AheadId{static_cast<uint32_t>(aheads_.size())});
  if (fresh) aheads_.push_back({certain, base, steps_of(more)});
  return at->second;
}

size_t AskedSpace::group_count(const NameSteps& steps) {
  std::vector<RestId> behind;
  for (const auto& [wildcard, next] : steps.wildcards) behind.push_back(next);
  make_set(behind);
  return behind.size();
}

const NameClasses* AskedSpace::classes_of(const NameSteps& base, const NameSteps& more) {
  std::map<std::pair<bool, RestId>, std::vector<WildcardId>> groups;
  for (const auto& [wildcard, next] : base.wildcards) groups[{false, next}].push_back(wildcard);
  for (const auto& [wildcard, next] : more.wildcards) groups[{true, next}].push_back(wildcard);
  Words key;
  std::vector<std::vector<const NameGlob*>> globs;
  for (const auto& [which, wildcards] : groups) {
    key.push_back(static_cast<uint32_t>(wildcards.size()));
    globs.emplace_back();
    for (const WildcardId id : wildcards) {
      key.push_back(number(id));
      globs.back().push_back(&patterns_.wildcard(id));
    }
  }
  const auto [at, fresh] = known_classes_.try_emplace(std::move(key));
  if (fresh) at->second = NameClasses::of(globs, budget_);
  return at->second ? &*at->second : nullptr;
}

}  // namespace sbxc::bwrap_read
