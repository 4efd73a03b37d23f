#include "backends/bwrap/read/patterns.h"

#include <fmt/core.h>

#include <algorithm>

namespace sbxc::bwrap_read {
namespace {

constexpr Facts kRoleBits = ((1U << kBitCount) - 1) & ~(kRead | kWrite | kExec | kSocket);

// Laws 2 and 4: what a rule says of each operation.
Facts facts_of(Operation operation, Effect effect) {
  const bool allows = effect == Effect::allow;
  switch (operation) {
    case Operation::read:
      return allows ? kRead : kDeniedRead | kDeniedWrite | kDeniedExec;
    case Operation::write:
      return allows ? kRead | kWrite : kDeniedWrite;
    case Operation::exec:
      return allows ? kExec : kDeniedExec;
    case Operation::socket:
      return allows ? kSocket : kDeniedSocket;
    case Operation::connect:
    case Operation::listen:
    case Operation::env:
    case Operation::syscall:
    case Operation::mach:
      return 0;
  }
  return 0;
}

// Exceptions as a set, so that rules with the same ones share a voice.
std::string key_of(const std::vector<Pattern>& patterns) {
  std::vector<std::string> texts;
  for (const Pattern& pattern : patterns) {
    if (const auto* path = std::get_if<PathPattern>(&pattern)) {
      for (const PathGlob& glob : path->globs) texts.push_back(glob.text());
    } else if (const auto* socket = std::get_if<SocketPattern>(&pattern)) {
      for (const auto& test : socket->tests) {
        if (const auto* glob = std::get_if<PathGlob>(&test)) texts.push_back(glob->text());
      }
    }
  }
  std::ranges::sort(texts);
  std::string all;
  for (const std::string& one : texts) all += one + '\n';
  return all;
}

bool is_every_name(const NameGlob& glob) {
  return glob.atoms.size() == 1 && std::holds_alternative<AnyRun>(glob.atoms.front());
}

}  // namespace

uint32_t bits_of(Facts facts) {
  uint32_t bits = facts & kRoleBits;
  const auto allowed = [&](Facts allows, Facts denies) {
    return (facts & allows) != 0 && (facts & denies) == 0;
  };
  const bool read = allowed(kRead, kDeniedRead);
  if (read) bits |= kRead;
  if (allowed(kWrite, kDeniedWrite)) bits |= kWrite;
  if (read && allowed(kExec, kDeniedExec)) bits |= kExec;
  if (allowed(kSocket, kDeniedSocket)) bits |= kSocket;
  if ((bits & kRead) == 0) bits &= ~kLessRead;
  if ((bits & kWrite) == 0) bits &= ~kLessWrite;
  if ((bits & kExec) == 0) bits &= ~kLessExec;
  if ((bits & kSocket) == 0) bits &= ~kLessSocket;
  return bits;
}

Facts settled_by(Facts facts) {
  Facts settled = facts;
  if ((facts & kDeniedRead) != 0) {
    settled |= kRead | kWrite | kExec | kLessRead | kLessWrite | kLessExec;
  }
  if ((facts & kDeniedWrite) != 0) settled |= kWrite | kLessWrite;
  if ((facts & kDeniedExec) != 0) settled |= kExec | kLessExec;
  if ((facts & kDeniedSocket) != 0) settled |= kSocket | kLessSocket;
  return settled;
}

Patterns::Patterns(const Policy& policy, const std::vector<Role>& roles,
                   const std::vector<Granted>& granted) {
  for (const Rule& rule : policy.rules) {
    if (rule.os.linux) add_rule(rule, roles[static_cast<size_t>(rule.id)]);
  }
  for (const Granted& one : granted) add(one.path, one.all_below, kGranted);
  add("/sys", true, kKernelMade);
  std::ranges::sort(starts_);
  starts_.erase(std::unique(starts_.begin(), starts_.end()), starts_.end());
}

void Patterns::add_rule(const Rule& rule, const Role& role) {
  const Facts said = facts_of(rule.operation, rule.effect);
  if (said == 0) return;
  const bool allows = rule.effect == Effect::allow;
  const bool has_except = !rule.except.empty();
  const Voice what{said | (allows ? role.where_it_allows : role.where_it_restricts),
                   has_except ? (allows ? role.where_it_restricts : role.where_it_allows) : 0,
                   has_except};
  const uint32_t own = voice(what, key_of(rule.except));
  add(rule.patterns, own, false);
  add(rule.except, own, true);
}

void Patterns::add(const std::vector<Pattern>& patterns, uint32_t voice, bool of_except) {
  for (const Pattern& pattern : patterns) {
    if (const auto* path = std::get_if<PathPattern>(&pattern)) {
      for (const PathGlob& glob : path->globs) add(glob, voice, of_except);
    } else if (const auto* socket = std::get_if<SocketPattern>(&pattern)) {
      for (const auto& test : socket->tests) {
        if (const auto* glob = std::get_if<PathGlob>(&test)) add(*glob, voice, of_except);
      }
    }
  }
}

void Patterns::add(const PathGlob& glob, uint32_t voice, bool of_except) {
  RestId behind = rest(
      {.first = Rest::First::end, .name = 0, .next = {}, .voice = voice, .of_except = of_except});
  for (auto at = glob.components.rbegin(); at != glob.components.rend(); ++at) {
    Rest one{.first = Rest::First::any,
             .name = 0,
             .next = behind,
             .voice = voice,
             .of_except = of_except};
    if (const auto* name = std::get_if<NameGlob>(&*at)) {
      if (const auto text = name->literal()) {
        one.first = Rest::First::literal;
        one.name = static_cast<uint32_t>(literal(*text));
      } else if (is_every_name(*name)) {
        one.first = Rest::First::every_name;
      } else {
        one.first = Rest::First::wildcard;
        one.name = static_cast<uint32_t>(wildcard(*name));
      }
    }
    behind = rest(one);
  }
  starts_.push_back(behind);
}

void Patterns::add(const std::string& path, bool all_below, Facts facts) {
  PathGlob glob = literal_path_glob(path);
  if (all_below) {
    glob.components.emplace_back(NameGlob{{AnyRun{}}});
    glob.components.emplace_back(AnyComponents{});
  }
  add(glob, voice({.said = facts}, {}), false);
}

bool Patterns::is_all_below(RestId id) const {
  const Rest& one = rest(id);
  return one.first == Rest::First::any && rest(one.next).first == Rest::First::end;
}

uint32_t Patterns::voice(const Voice& what, const std::string& except) {
  const std::string key =
      fmt::format("{} {} {} {}", what.said, what.said_of_taken, what.has_except, except);
  const auto [at, fresh] = known_voices_.try_emplace(key, static_cast<uint32_t>(voices_.size()));
  if (fresh) voices_.push_back(what);
  return at->second;
}

RestId Patterns::rest(const Rest& what) {
  const Words key = {static_cast<uint32_t>(what.first), what.name, static_cast<uint32_t>(what.next),
                     what.voice, what.of_except ? 1U : 0U};
  const auto [at, fresh] =
      known_rests_.try_emplace(key, RestId{static_cast<uint32_t>(rests_.size())});
  if (fresh) rests_.push_back(what);
  return at->second;
}

LiteralId Patterns::literal(std::string_view name) {
  if (const LiteralId* known_id = known(name)) return *known_id;
  const LiteralId id{static_cast<uint32_t>(texts_.size())};
  const auto added = literals_.emplace(name, id).first;
  texts_.push_back(&added->first);
  return id;
}

const LiteralId* Patterns::known(std::string_view name) const {
  const auto found = literals_.find(name);
  return found == literals_.end() ? nullptr : &found->second;
}

WildcardId Patterns::wildcard(const NameGlob& glob) {
  const auto [at, fresh] = known_wildcards_.try_emplace(
      glob.text(), WildcardId{static_cast<uint32_t>(wildcards_.size())});
  if (fresh) wildcards_.push_back(glob);
  return at->second;
}

}  // namespace sbxc::bwrap_read
