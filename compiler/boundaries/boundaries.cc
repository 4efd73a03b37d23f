// Most boundaries are found from the text of the pattern (edge.h), and each request found so is
// asked of the rule itself, so that what is said of it is true. Where the text shows none inside,
// or none outside, an automaton of what the pattern holds is asked for its shortest words: then
// there is one if there is one at all.
//
// What a pattern holds is what its rule gives it: without the rule's exceptions. What an exception
// holds is what it takes: nothing beside the rule's patterns.
#include <algorithm>
#include <set>

#include "compiler/boundaries/boundary.h"
#include "compiler/boundaries/edge.h"
#include "compiler/decisions/matched.h"
#include "compiler/decisions/request_sets.h"
#include "compiler/policy/decide.h"

namespace sbxc {

namespace {

using Found = std::vector<Edge<Request>>;

struct EdgesOfPattern {
  const Policy& policy;
  Operation operation;
  const std::vector<std::string>& places;

  Found operator()(const PathPattern& pattern) const {
    Found out;
    for (const PathGlob& glob : pattern.globs) add_paths(glob, out);
    return out;
  }
  Found operator()(const SocketPattern& pattern) const {
    Found out;
    for (const auto& test : pattern.tests) {
      if (const auto* path = std::get_if<PathGlob>(&test)) {
        add_paths(*path, out);
      } else {
        add(name_edges(std::get<AbstractSocket>(test).name), "@", out);
      }
    }
    return out;
  }
  Found operator()(const NamePattern& pattern) const {
    Found out;
    for (const NameGlob& glob : pattern.globs) add(name_edges(glob), "", out);
    std::erase_if(out, [](const Edge<Request>& edge) {
      return std::get<std::string>(edge.at.target).find('/') != std::string::npos;
    });
    return out;
  }
  Found operator()(const ConnectPattern& pattern) const {
    return hosts(host_edges(policy, pattern));
  }
  Found operator()(const ListenPattern& pattern) const { return hosts(host_edges(pattern)); }
  Found operator()(const SyscallPattern& pattern) const {
    Found out;
    if (pattern.calls.empty()) return out;
    out.push_back({Request{operation, pattern.calls.front()}, "its first call"});
    out.push_back({Request{operation, pattern.calls.back()}, "its last call"});
    return out;
  }

 private:
  void add(std::vector<TextEdge> edges, const std::string& prefix, Found& out) const {
    for (TextEdge& edge : edges) {
      out.push_back({Request{operation, prefix + edge.at}, std::move(edge.where)});
    }
  }
  // The deepest place above what the glob names is where its names have neighbours.
  std::vector<std::string> in_order(const PathGlob& glob) const {
    const std::string prefix = glob.literal_prefix();
    std::vector<std::string> order = places;
    std::stable_sort(order.begin(), order.end(), [&](const auto& one, const auto& other) {
      const auto depth = [&](const std::string& place) {
        const std::string within = place == "/" ? place : place + "/";
        return prefix.size() > within.size() && prefix.starts_with(within) ? within.size() : 0;
      };
      return depth(one) > depth(other);
    });
    return order;
  }
  void add_paths(const PathGlob& glob, Found& out) const {
    for (const std::string& place : in_order(glob)) {
      std::vector<TextEdge> edges = path_edges(glob, place);
      if (edges.empty()) continue;
      add(std::move(edges), "", out);
      return;
    }
    add(path_edges(glob, "/"), "", out);
  }
  Found hosts(std::vector<HostEdge> edges) const {
    Found out;
    for (HostEdge& edge : edges) {
      out.push_back({Request{operation, std::move(edge.at)}, std::move(edge.where)});
    }
    return out;
  }
};

class Boundaries {
 public:
  Boundaries(const Policy& policy, const Rule& rule, const BoundaryOptions& options)
      : policy_(policy), rule_(rule), options_(options), whole_(rule) {
    whole_.except.clear();
  }

  UnitBoundary of(const RuleUnit& unit) const {
    UnitBoundary out{.unit = unit};
    const Rule held = only(unit);
    const Pattern& pattern = pattern_of(policy_, unit);
    std::set<std::string> known;
    for (auto& [request, where] :
         std::visit(EdgesOfPattern{policy_, rule_.operation, options_.places}, pattern)) {
      if (!is_request(request) || !known.insert(request.text()).second) continue;
      const Side side = holds(held, unit, request) ? Side::inside : Side::outside;
      out.requests.push_back({std::move(request), side, std::move(where)});
    }
    if (out.first(Side::inside) == nullptr || out.first(Side::outside) == nullptr) {
      ask_automaton(unit, out);
    }
    // The shortest inside is what a person is shown first.
    std::stable_sort(out.requests.begin(), out.requests.end(),
                     [](const auto& a, const auto& b) { return a.side < b.side; });
    return out;
  }

 private:
  // A rule of this pattern alone.
  Rule only(const RuleUnit& unit) const {
    Rule one;
    one.operation = rule_.operation;
    one.patterns = {pattern_of(policy_, unit)};
    if (unit.part == RuleUnit::Part::pattern) one.except = rule_.except;
    return one;
  }

  bool holds(const Rule& held, const RuleUnit& unit, const Request& request) const {
    if (!applies(policy_, held, request)) return false;
    if (unit.part == RuleUnit::Part::pattern) return true;
    return applies(policy_, whole_, request);
  }

  static bool is_request(const Request& request) {
    return !std::holds_alternative<std::string>(request.target) ||
           automata::kOutside !=
               domain_of(request.operation).decide(std::get<std::string>(request.target));
  }

  void ask_automaton(const RuleUnit& unit, UnitBoundary& out) const {
    const Pattern& pattern = pattern_of(policy_, unit);
    const bool is_pattern = unit.part == RuleUnit::Part::pattern;
    auto held =
        matches_of(policy_, rule_.operation, {&pattern, 1},
                   is_pattern ? std::span<const Pattern>(rule_.except) : std::span<const Pattern>(),
                   options_.budget);
    if (held && !is_pattern) {
      const auto taken_from =
          matches_of(policy_, rule_.operation, rule_.patterns, {}, options_.budget);
      if (!taken_from) return;
      held = join(rule_.operation, *held, *taken_from, matched_by_both, options_.budget);
    }
    if (!held) return;
    const auto is_unmatched = [](automata::Label label) { return label == kUnmatched; };
    if (out.first(Side::inside) == nullptr) {
      out.empty = !add(*held, is_matched, Side::inside, out);
    }
    if (out.first(Side::outside) == nullptr) {
      out.everything = !add(*held, is_unmatched, Side::outside, out);
    }
  }

  // Where it can be made real, else anywhere. False: there is none.
  bool add(const Decided& held, const automata::Wanted& wanted, Side side,
           UnitBoundary& out) const {
    if (is_empty(held, wanted)) return false;
    for (const std::string& place : options_.places) {
      if (facts_of(rule_.operation).kind != PatternKind::path || place == "/") continue;
      PathPattern below{.span = {}, .written = place, .globs = {literal_path_glob(place)}};
      below.globs.front().components.emplace_back(AnyComponents{});
      const Pattern pattern = below;
      const auto there = matches_of(policy_, rule_.operation, {&pattern, 1}, {}, options_.budget);
      if (!there) continue;
      const auto both = join(
          rule_.operation, held, *there,
          [&](automata::Label one, automata::Label here) {
            return wanted(one) && is_matched(here) ? kMatched : kUnmatched;
          },
          options_.budget);
      if (both && take(some_requests(rule_.operation, *both, is_matched, 1), side, out))
        return true;
    }
    return take(some_requests(rule_.operation, held, wanted, 1), side, out);
  }

  static bool take(std::vector<Request> requests, Side side, UnitBoundary& out) {
    for (Request& request : requests)
      out.requests.push_back({std::move(request), side, "the shortest"});
    return !requests.empty();
  }

  const Policy& policy_;
  const Rule& rule_;
  const BoundaryOptions& options_;
  Rule whole_;  // without its exceptions
};

}  // namespace

const BoundaryRequest* UnitBoundary::first(Side side) const {
  const auto found = std::find_if(requests.begin(), requests.end(),
                                  [&](const BoundaryRequest& one) { return one.side == side; });
  return found == requests.end() ? nullptr : &*found;
}

std::vector<UnitBoundary> boundaries_of(const Policy& policy, Os os,
                                        const BoundaryOptions& options) {
  std::vector<UnitBoundary> out;
  for (const Rule& rule : policy.rules) {
    if (!rule.os.has(os)) continue;
    const Boundaries boundaries(policy, rule, options);
    for (const RuleUnit& unit : units_of(rule)) out.push_back(boundaries.of(unit));
  }
  return out;
}

}  // namespace sbxc
