// The laws, read off one by one. An operation's verdict comes from the rules that speak of it; some
// operations need another one as well (exec needs read, a facet needs its call), and then the
// stricter of the two verdicts holds. Ladder (law 4): a write rule that allows also allows read, a
// read rule that denies also denies write.
//
// Left out on purpose: resolving names (law 10 on what a name resolves to is the proxy's), and
// links and renames (law 8), which are requests of their own at each end.
#include "compiler/policy/decide.h"

#include <algorithm>

#include "compiler/pattern/host_name.h"

namespace sbxc {

namespace {

bool is_mapped(const IpAddress& ip) {  // ::ffff:a.b.c.d is the IPv4 address (law 10)
  constexpr std::array<uint8_t, 12> kPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  return ip.v6 && std::equal(kPrefix.begin(), kPrefix.end(), ip.bytes.begin());
}

bool is_canonical(const HostRequest& request) {
  if (request.port == 0) return false;
  if (const auto* ip = std::get_if<IpAddress>(&request.host)) return !is_mapped(*ip);
  const auto& name = std::get<std::string>(request.host);
  const auto canonical = canonical_host_name(name);
  return canonical && *canonical == name;
}

// A request in any other form matches nothing and so is denied.
bool is_canonical(const Request& request) {
  const PatternKind kind = facts_of(request.operation).kind;
  if (const auto* host = std::get_if<HostRequest>(&request.target)) {
    const bool address = std::holds_alternative<IpAddress>(host->host);
    return is_canonical(*host) &&
           (kind == PatternKind::host || (kind == PatternKind::address && address));
  }
  if (std::holds_alternative<SyscallId>(request.target)) return kind == PatternKind::syscall;
  const auto& text = std::get<std::string>(request.target);
  switch (kind) {
    case PatternKind::path:
      return is_canonical_path(text);
    case PatternKind::socket:
      return text.starts_with('@') || is_canonical_path(text);
    case PatternKind::name:
      return !text.empty();
    case PatternKind::host:
    case PatternKind::address:
    case PatternKind::syscall:
      return false;
  }
  return false;
}

// Laws 9 and 10: names by name patterns alone, addresses by networks alone.
struct TestsHost {
  const Policy& policy;
  const Host& host;

  const std::string* name() const { return std::get_if<std::string>(&host); }
  bool operator()(const ExactName& exact) const { return name() && *name() == exact.name; }
  bool operator()(const Subdomains& below) const {
    return name() && name()->size() > below.suffix.size() + 1 &&
           name()->ends_with("." + below.suffix);
  }
  bool operator()(const AnyName&) const { return name() != nullptr; }
  bool operator()(const IpNetwork& network) const {
    const auto* ip = std::get_if<IpAddress>(&host);
    return ip != nullptr && network.contains(*ip);
  }
  bool operator()(const InList& in) const {
    return policy.lists[static_cast<size_t>(in.list)].matches(host);
  }
};

struct MatchesTarget {
  const Policy& policy;
  const Request& request;

  const std::string* text() const { return std::get_if<std::string>(&request.target); }
  const HostRequest* host() const { return std::get_if<HostRequest>(&request.target); }

  bool operator()(const PathPattern& pattern) const { return text() && pattern.matches(*text()); }
  bool operator()(const SocketPattern& pattern) const { return text() && pattern.matches(*text()); }
  bool operator()(const NamePattern& pattern) const { return text() && pattern.matches(*text()); }
  bool operator()(const SyscallPattern& pattern) const {
    const auto* call = std::get_if<SyscallId>(&request.target);
    return call != nullptr && pattern.matches(*call);
  }
  bool operator()(const ConnectPattern& pattern) const {
    if (!host() || !pattern.ports.contains(host()->port)) return false;
    const TestsHost tests{policy, host()->host};
    return std::any_of(pattern.hosts.begin(), pattern.hosts.end(),
                       [&](const HostTest& test) { return std::visit(tests, test); });
  }
  bool operator()(const ListenPattern& pattern) const {
    const auto* ip = host() ? std::get_if<IpAddress>(&host()->host) : nullptr;
    if (ip == nullptr || !pattern.ports.contains(host()->port)) return false;
    return std::any_of(pattern.addresses.begin(), pattern.addresses.end(),
                       [&](const IpNetwork& network) { return network.contains(*ip); });
  }
};

bool any_matches(const std::vector<Pattern>& patterns, const MatchesTarget& target) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const Pattern& pattern) { return std::visit(target, pattern); });
}

bool holds(const Policy& policy, const Rule& rule, const Request& request) {
  const MatchesTarget target{policy, request};
  return any_matches(rule.patterns, target) && !any_matches(rule.except, target);  // law 3
}

// Whether a rule on `spoken` says something about `asked` too (law 4).
bool speaks_of(Operation spoken, Effect effect, Operation asked) {
  if (spoken == asked) return true;
  if (effect == Effect::deny) return spoken == Operation::read && asked == Operation::write;
  return spoken == Operation::write && asked == Operation::read;
}

// From the operation's own rules, without what it needs.
Decision decide_alone(const Policy& policy, Os os, const Request& request) {
  std::vector<RuleId> by_effect[3];
  for (const Rule& rule : policy.rules) {
    if (!rule.os.has(os) || !speaks_of(rule.operation, rule.effect, request.operation)) continue;
    if (!holds(policy, rule, request)) continue;
    by_effect[static_cast<size_t>(rule.effect)].push_back(rule.id);
  }
  for (const Effect effect : {Effect::deny, Effect::ask, Effect::allow}) {  // law 2
    auto& rules = by_effect[static_cast<size_t>(effect)];
    if (!rules.empty()) return {effect, std::move(rules)};
  }
  return {};
}

// What has to be allowed as well.
std::optional<Request> needed_by(const Request& request) {
  if (request.operation == Operation::exec) return Request{Operation::read, request.target};
  if (const auto* call = std::get_if<SyscallId>(&request.target)) {
    if (const auto base = syscall(*call).base) return Request{request.operation, *base};
  }
  return std::nullopt;
}

static_assert(Effect::allow < Effect::ask && Effect::ask < Effect::deny);

Decision stricter(const Decision& one, const Decision& other) {
  Decision both{std::max(one.verdict, other.verdict), {}};
  for (const Decision* part : {&one, &other}) {
    if (part->verdict != both.verdict) continue;
    both.deciding.insert(both.deciding.end(), part->deciding.begin(), part->deciding.end());
  }
  std::sort(both.deciding.begin(), both.deciding.end());
  both.deciding.erase(std::unique(both.deciding.begin(), both.deciding.end()), both.deciding.end());
  return both;
}

}  // namespace

bool applies(const Policy& policy, const Rule& rule, const Request& request) {
  const bool same_kind = facts_of(rule.operation).kind == facts_of(request.operation).kind;
  return same_kind && is_canonical(request) && holds(policy, rule, request);
}

Decision decide(const Policy& policy, Os os, const Request& request) {
  if (!is_canonical(request)) return {};
  const Decision own = decide_alone(policy, os, request);
  const auto needed = needed_by(request);
  return needed ? stricter(own, decide_alone(policy, os, *needed)) : own;
}

}  // namespace sbxc
