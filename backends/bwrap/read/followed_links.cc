#include "backends/bwrap/read/followed_links.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "backends/bwrap/read/canonical.h"
#include "compiler/diag/printable.h"

namespace sbxc::bwrap_read {
namespace {

constexpr int kMostRounds = 40;  // as many links as a kernel follows

// The positions in `glob` that are reached when `names` were matched from its start and the last of
// them by a component of its own, not by staying inside a `**`.
std::set<size_t> reached_by_name(const PathGlob& glob, const std::vector<std::string>& names) {
  const auto is_any = [&](size_t i) {
    return i < glob.components.size() && std::holds_alternative<AnyComponents>(glob.components[i]);
  };
  std::set<size_t> at = {0};
  std::set<size_t> named;
  for (const std::string& name : names) {
    std::set<size_t> closed = at;
    for (const size_t i : at) {
      if (is_any(i)) closed.insert(i + 1);
    }
    named.clear();
    std::set<size_t> next;
    for (const size_t i : closed) {
      if (i >= glob.components.size()) continue;
      if (is_any(i)) {
        next.insert(i);
      } else if (std::get<NameGlob>(glob.components[i]).matches(name)) {
        named.insert(i + 1);
      }
    }
    next.insert(named.begin(), named.end());
    at = std::move(next);
  }
  return named;
}

PathGlob moved(const PathGlob& glob, size_t from, const std::string& target) {
  PathGlob result = literal_path_glob(target);
  for (size_t i = from; i < glob.components.size(); ++i) {
    result.components.push_back(glob.components[i]);
  }
  return result;
}

class Continuation {
 public:
  Continuation(const FollowedLink& link, bool may_allow, size_t depth)
      : link_(link), may_allow_(may_allow), depth_(depth) {}

  // By a link that may not widen anything, and that nothing was made stricter through.
  bool refused() const { return refused_ && !restricted_; }
  bool changed() const { return changed_; }

  void extend(std::vector<Pattern>& patterns, bool restricts) {
    for (Pattern& pattern : patterns) {
      if (auto* path = std::get_if<PathPattern>(&pattern)) {
        std::vector<PathGlob> more;
        for (const PathGlob& glob : path->globs) add(glob, restricts, more);
        for (PathGlob& glob : more) {
          if (std::ranges::find(path->globs, glob) != path->globs.end()) continue;
          path->globs.push_back(std::move(glob));
          changed_ = true;
        }
      } else if (auto* socket = std::get_if<SocketPattern>(&pattern)) {
        std::vector<PathGlob> more;
        for (const auto& test : socket->tests) {
          if (const auto* glob = std::get_if<PathGlob>(&test)) add(*glob, restricts, more);
        }
        for (PathGlob& glob : more) {
          const auto same = [&](const auto& test) {
            const auto* other = std::get_if<PathGlob>(&test);
            return other != nullptr && *other == glob;
          };
          if (std::ranges::any_of(socket->tests, same)) continue;
          socket->tests.emplace_back(std::move(glob));
          changed_ = true;
        }
      }
    }
  }

 private:
  void add(const PathGlob& glob, bool restricts, std::vector<PathGlob>& more) {
    const std::set<size_t> reached = reached_by_name(glob, names_in(link_.path));
    if (reached.empty()) return;
    restricted_ = restricted_ || restricts;
    if (!restricts && glob.literal_depth() < depth_) return;
    if (!restricts && !may_allow_) {
      refused_ = true;
      return;
    }
    for (const size_t at : reached) more.push_back(moved(glob, at, link_.target));
  }

  const FollowedLink& link_;
  bool may_allow_;
  size_t depth_;
  bool refused_ = false;
  bool restricted_ = false;
  bool changed_ = false;
};

}  // namespace

FollowedPolicy follow_links(const Policy& policy, const std::vector<FollowedLink>& links,
                            const FileFacts& facts, const MountTable& table) {
  FollowedPolicy result{.policy = policy, .troubles = {}};
  const auto complain = [&](const FollowedLink& link, const char* what) {
    result.troubles.push_back(
        fmt::format("a pattern was continued through `{}`, {}", printable(link.path), what));
  };
  std::vector<FollowedLink> true_links;
  for (const FollowedLink& link : links) {
    if (facts.what(link.path) != There::link) {
      complain(link, "which is no link on this machine");
    } else if (behind_links(facts, link.path) != link.target) {
      complain(link, "which leads elsewhere on this machine");
    } else {
      true_links.push_back(link);
    }
  }
  // A continuation may run into the next link, which may stand before it in the list.
  bool changed = true;
  for (int round = 0; changed && round < kMostRounds; ++round) {
    changed = false;
    for (const FollowedLink& link : true_links) {
      Rule& rule = result.policy.rules[static_cast<size_t>(link.rule)];
      const bool replaceable = table.shown(link.path) == Shown::writable;
      Continuation more(link, !replaceable, names_in(link.path).size());
      const bool deny = rule.effect == Effect::deny;
      more.extend(rule.patterns, deny);
      more.extend(rule.except, !deny);
      changed = changed || more.changed();
      if (more.refused() && round == 0) complain(link, "which the command could point elsewhere");
    }
  }
  return result;
}

}  // namespace sbxc::bwrap_read
