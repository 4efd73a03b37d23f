#include "compiler/explain/near_misses.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "compiler/policy/decide.h"
#include "compiler/policy/print.h"

namespace sbxc {

namespace {

struct Miss {
  std::string why;
  int closeness = 0;
};

void nearest(std::optional<Miss>& best, std::optional<Miss> other) {
  if (other && (!best || other->closeness > best->closeness)) best = std::move(other);
}

// `/a/b/c` → a, b, c.
std::vector<std::string_view> components(std::string_view path) {
  std::vector<std::string_view> parts;
  for (size_t at = 0; at < path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    if (end > at) parts.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::optional<Miss> path_miss(const PathGlob& glob, std::string_view path) {
  const auto parts = components(path);
  const std::string prefix = glob.literal_prefix();
  const auto wanted = components(prefix);
  size_t common = 0;
  while (common < std::min(parts.size(), wanted.size()) && parts[common] == wanted[common]) {
    ++common;
  }
  if (glob.is_literal() && common == wanted.size()) {
    return Miss{fmt::format("names {} alone; `{}/**` would take in what is below it", glob.text(),
                            glob.text()),
                90};
  }
  const bool fixed_depth = std::none_of(
      glob.components.begin(), glob.components.end(),
      [](const Component& part) { return std::holds_alternative<AnyComponents>(part); });
  if (common == wanted.size() && common > 0) {
    if (fixed_depth && parts.size() != glob.components.size()) {
      return Miss{"a `*` never goes into another directory; `**` does", 80};
    }
    return Miss{fmt::format("starts alike, but `{}` does not match", glob.text()),
                60 + static_cast<int>(common)};
  }
  // A common /home or /usr says nothing.
  if (common < 2) return std::nullopt;
  return Miss{fmt::format("parts ways below /{}",
                          fmt::join(parts.begin(),
                                    parts.begin() + static_cast<std::ptrdiff_t>(common), "/")),
              20 + static_cast<int>(common)};
}

// The number of labels that two names end in alike: 2 for www.a.com and x.a.com.
size_t shared_labels(std::string_view a, std::string_view b) {
  size_t shared = 0;
  const auto take_last = [](std::string_view& name) {
    const size_t dot = name.rfind('.');
    const std::string_view label = dot == std::string_view::npos ? name : name.substr(dot + 1);
    name = dot == std::string_view::npos ? std::string_view{} : name.substr(0, dot);
    return label;
  };
  while (!a.empty() && !b.empty() && take_last(a) == take_last(b)) ++shared;
  return shared;
}

struct NameMiss {
  const std::string& name;

  std::optional<Miss> operator()(const ExactName& exact) const {
    if (name.ends_with("." + exact.name)) {
      return Miss{
          fmt::format("is {} alone; `*.{}` would take in its subdomains", exact.name, exact.name),
          90};
    }
    return alike(exact.name);
  }
  std::optional<Miss> operator()(const Subdomains& below) const {
    if (name == below.suffix) {
      return Miss{fmt::format("takes in the subdomains of {}, not {} itself", name, name), 90};
    }
    return alike(below.suffix);
  }
  std::optional<Miss> operator()(const AnyName&) const { return std::nullopt; }
  std::optional<Miss> operator()(const IpNetwork&) const { return std::nullopt; }
  std::optional<Miss> operator()(const InList&) const { return std::nullopt; }

  std::optional<Miss> alike(const std::string& other) const {
    const size_t shared = shared_labels(name, other);
    if (shared < 2) return std::nullopt;
    return Miss{"is another name of that domain", 30 + static_cast<int>(shared)};
  }
};

std::string ports_of(const PortSet& ports) {
  return fmt::format("speaks of port {}", ports.text());
}

template <typename P>
std::optional<Miss> port_miss(const Policy& policy, const Rule& rule, const P& pattern,
                              const HostRequest& asked) {
  if (pattern.ports.contains(asked.port)) return std::nullopt;
  Request same{rule.operation, asked};
  std::get<HostRequest>(same.target).port =
      pattern.ports.ranges.empty() ? uint16_t{0} : pattern.ports.ranges.front().low;
  Rule alone = rule;
  alone.patterns = {pattern};
  if (!applies(policy, alone, same)) return std::nullopt;
  return Miss{ports_of(pattern.ports), 95};
}

struct PatternMiss {
  const Policy& policy;
  const Rule& rule;
  const Request& request;

  const std::string* text() const { return std::get_if<std::string>(&request.target); }
  const HostRequest* host() const { return std::get_if<HostRequest>(&request.target); }

  std::optional<Miss> operator()(const PathPattern& pattern) const {
    std::optional<Miss> best;
    for (const PathGlob& glob : pattern.globs) nearest(best, path_miss(glob, *text()));
    return best;
  }
  std::optional<Miss> operator()(const SocketPattern& pattern) const {
    std::optional<Miss> best;
    for (const auto& test : pattern.tests) {
      const auto* glob = std::get_if<PathGlob>(&test);
      if (glob != nullptr && !text()->starts_with('@')) nearest(best, path_miss(*glob, *text()));
    }
    return best;
  }
  std::optional<Miss> operator()(const ConnectPattern& pattern) const {
    auto best = port_miss(policy, rule, pattern, *host());
    if (best) return best;
    if (const auto* name = std::get_if<std::string>(&host()->host)) {
      for (const HostTest& test : pattern.hosts) nearest(best, std::visit(NameMiss{*name}, test));
    }
    return best;
  }
  std::optional<Miss> operator()(const ListenPattern& pattern) const {
    return port_miss(policy, rule, pattern, *host());
  }
  std::optional<Miss> operator()(const NamePattern& pattern) const {
    for (const NameGlob& glob : pattern.globs) {
      const auto* literal = glob.atoms.empty() ? nullptr : std::get_if<Literal>(&glob.atoms[0]);
      if (literal != nullptr && literal->bytes.size() > 2 && text()->starts_with(literal->bytes)) {
        return Miss{"starts alike", 40};
      }
    }
    return std::nullopt;
  }
  std::optional<Miss> operator()(const SyscallPattern& pattern) const {
    const auto asked = std::get<SyscallId>(request.target);
    for (const SyscallId call : pattern.calls) {
      if (syscall(asked).base == call) {
        return Miss{fmt::format("speaks of `{}` outside of its parts", syscall(call).name), 70};
      }
    }
    return std::nullopt;
  }
};

std::optional<Miss> miss_of(const Policy& policy, Os os, const Rule& rule, const Request& request) {
  if (facts_of(rule.operation).kind != facts_of(request.operation).kind) return std::nullopt;
  const bool same_operation = rule.operation == request.operation;
  const bool applies_to_it = applies(policy, rule, {rule.operation, request.target});
  if (applies_to_it && !rule.os.has(os)) {
    return Miss{fmt::format("exists on {} alone", rule.os.linux ? "linux" : "macos"), 99};
  }
  if (applies_to_it) {
    return same_operation
               ? std::nullopt
               : std::optional(Miss{fmt::format("speaks of {}, not of {}", name_of(rule.operation),
                                                name_of(request.operation)),
                                    97});
  }
  if (!same_operation) return std::nullopt;
  Rule without = rule;
  without.except.clear();
  if (applies(policy, without, request)) {
    for (const Pattern& except : rule.except) {
      without.patterns = {except};
      if (!applies(policy, without, request)) continue;
      return Miss{fmt::format("its `except {}` takes this out", written(except)), 98};
    }
  }
  std::optional<Miss> best;
  for (const Pattern& pattern : rule.patterns) {
    nearest(best, std::visit(PatternMiss{policy, rule, request}, pattern));
  }
  return best;
}

}  // namespace

std::vector<NearMiss> near_misses(const Policy& policy, Os os, const Request& request,
                                  size_t count) {
  std::vector<NearMiss> found;
  for (const Rule& rule : policy.rules) {
    if (auto miss = miss_of(policy, os, rule, request)) {
      found.push_back({rule.id, std::move(miss->why), miss->closeness});
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const NearMiss& a, const NearMiss& b) { return a.closeness > b.closeness; });
  if (found.size() > count) found.resize(count);
  return found;
}

}  // namespace sbxc
