#include "backends/bwrap/plan_findings.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "compiler/diag/printable.h"
#include "compiler/policy/decide.h"

namespace sbxc::bwrap {
namespace {

Diagnostic limit_met(const Policy& policy, const AccessTree& tree, RuleId id) {
  const Rule& rule = policy.rule(id);
  Diagnostic d{Kind::walk_limit_met, rule.span, {}};
  // The widest pattern is the one that cost it.
  const Pattern* wildest = &rule.patterns.front();
  for (const Pattern& pattern : rule.patterns) {
    const auto* path = std::get_if<PathPattern>(&pattern);
    if (path == nullptr) continue;
    const bool wild = std::ranges::any_of(
        path->globs, [](const PathGlob& glob) { return !glob.is_literal() && !glob.is_subtree(); });
    if (wild) {
      wildest = &pattern;
      break;
    }
  }
  d.span = span_of(*wildest);
  d.message =
      fmt::format("`{}` has too many places to look for matches in", printable(written(*wildest)));
  d.notes.push_back(fmt::format("stopped at `{}` after {} directory entries",
                                printable(tree.over_limit_at), tree.entries_read));
  d.help = "start the pattern at the directory that matters, as in `$workspace/**/NAME`";
  return d;
}

bool is_mount(const Step& step) {
  return step.kind != StepKind::directory && step.kind != StepKind::link &&
         step.kind != StepKind::permissions;
}

// `/tmp` of `/tmp/a/b`.
std::string top_of(const std::string& path) { return path.substr(0, path.find('/', 1)); }

// A denial by a wildcard takes a mount for each file that matches now. Where most of them are one
// rule's, that rule and the place where its files lie say more than their number.
void blame_a_denial(const Policy& policy, const BwrapPlan& plan, Diagnostic& d) {
  std::map<RuleId, std::map<std::string, size_t>> places;
  std::map<RuleId, size_t> mounts;
  for (const Step& step : plan.steps) {
    if (!is_mount(step)) continue;
    for (const RuleId id : step.rules) {
      if (policy.rule(id).effect != Effect::deny) continue;
      ++mounts[id];
      ++places[id][top_of(step.target)];
    }
  }
  const auto most = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto worst = std::ranges::max_element(mounts, most);
  if (worst == mounts.end() || worst->second < plan.steps.size() / 2) return;
  const auto& [place, there] = *std::ranges::max_element(places[worst->first], most);
  const Rule& rule = policy.rule(worst->first);
  d.span = rule.span;
  d.notes.push_back(
      fmt::format("{} of its mounts are for this rule, {} of them in `{}`: one for each file that "
                  "matches now",
                  worst->second, there, printable(place)));
  d.help = "remove those files, or leave their place out of the rule with `except`";
  d.notes.push_back("`sbxc run` leaves such a rule to the broker, without a mount");
}

void add_size_findings(const Policy& policy, const BwrapPlan& plan, std::vector<Diagnostic>& out) {
  const size_t arguments = bwrap_arguments(plan).size();
  if (arguments > kMaxArguments) {
    Diagnostic d{Kind::too_many_arguments, {}, {}};
    d.message = fmt::format("the plan takes {} arguments and bubblewrap reads {}", arguments,
                            kMaxArguments);
    d.help = "allow or deny whole directories (`p/**`) instead of the names in them";
    blame_a_denial(policy, plan, d);
    out.push_back(std::move(d));
    return;
  }
  const auto mounts = static_cast<size_t>(std::ranges::count_if(plan.steps, is_mount));
  if (mounts <= kManyMounts) return;
  Diagnostic d{Kind::many_mounts, {}, {}};
  d.message = fmt::format(
      "the plan makes {} mounts, and bubblewrap's start slows down with their "
      "square",
      mounts);
  d.help = "allow or deny whole directories (`p/**`) instead of the names in them";
  out.push_back(std::move(d));
}

void add_rule_findings(const Rule& rule, std::vector<Diagnostic>& out) {
  if (rule.effect != Effect::allow || !rule.os.linux) return;
  for (const Pattern& pattern : rule.patterns) {
    if (const auto* socket = std::get_if<SocketPattern>(&pattern)) {
      const bool abstract = std::ranges::any_of(socket->tests, [](const auto& test) {
        return std::holds_alternative<AbstractSocket>(test);
      });
      if (!abstract) continue;
      Diagnostic d{Kind::abstract_socket_unreachable, socket->span, {}};
      d.message = fmt::format("`{}` of this machine cannot be reached from inside",
                              printable(socket->written));
      d.notes.push_back(
          "abstract sockets belong to a network namespace, and the sandbox has its "
          "own");
      d.help = "allow the socket's path instead, if the program has one";
      out.push_back(std::move(d));
    } else if (const auto* path = std::get_if<PathPattern>(&pattern)) {
      const bool kernels = rule.operation == Operation::write &&
                           std::ranges::any_of(path->globs, [](const PathGlob& glob) {
                             return is_below(glob.literal_prefix(), "/proc/sys");
                           });
      if (!kernels) continue;
      Diagnostic d{Kind::kernel_settings_stay, path->span, {}};
      d.message = fmt::format("`{}` stays read-only: it sets up the whole machine",
                              printable(path->written));
      d.help = "set it before the start, outside the sandbox";
      out.push_back(std::move(d));
    }
  }
}

// Whether some rule speaks of what is below the directory.
bool is_entered(const Policy& policy, Operation operation, const std::string& directory) {
  if (!decide(policy, Os::linux, {operation, directory + "/example"}).deciding.empty()) return true;
  return std::ranges::any_of(policy.rules, [&](const Rule& rule) {
    if (rule.effect != Effect::allow || !rule.os.linux) return false;
    return std::ranges::any_of(rule.patterns, [&](const Pattern& pattern) {
      const auto* path = std::get_if<PathPattern>(&pattern);
      return path != nullptr && std::ranges::any_of(path->globs, [&](const PathGlob& glob) {
               const std::string prefix = glob.literal_prefix();
               const bool itself = glob.is_literal() && prefix == directory;
               return !itself && (prefix == directory || is_below(prefix, directory));
             });
    });
  });
}

// `allow write $cwd`: in most other tools that is everything below it, too. Rules of a used policy
// are not the reader's to mend.
void add_directories_alone(const Planning& planning, std::vector<Diagnostic>& out) {
  for (const Rule& rule : planning.policy.rules) {
    if (rule.effect != Effect::allow || !rule.os.linux || !rule.chain.empty()) continue;
    for (const Pattern& pattern : rule.patterns) {
      const auto* path = std::get_if<PathPattern>(&pattern);
      if (path == nullptr || path->globs.size() != 1 || !path->globs.front().is_literal()) continue;
      const std::string place = path->globs.front().literal_prefix();
      if (place == "/" || planning.files.kind(place) != FileKind::directory) continue;
      if (is_entered(planning.policy, rule.operation, place)) continue;
      Diagnostic d{Kind::directory_alone, path->span, {}};
      d.message = fmt::format("`{}` is a directory: it is allowed, and nothing in it",
                              printable(path->written));
      const bool plain = path->written.find_first_of(" \t,#\"\\") == std::string::npos;
      d.help = plain ? fmt::format("for it and everything below it: `allow {} {}/**`",
                                   name_of(rule.operation), printable(path->written))
                     : "for it and everything below it, end the pattern in `/**`";
      out.push_back(std::move(d));
    }
  }
}

}  // namespace

std::vector<Diagnostic> plan_findings(const Planning& planning, const BwrapPlan& plan,
                                      bool start_hidden) {
  const auto& [policy, files, tree] = planning;
  std::vector<Diagnostic> out;
  for (const RuleId rule : tree.over_limit) out.push_back(limit_met(policy, tree, rule));
  for (const Rule& rule : policy.rules) add_rule_findings(rule, out);
  add_directories_alone(planning, out);
  add_size_findings(policy, plan, out);
  if (start_hidden) {
    Diagnostic d{Kind::start_directory_hidden, {}, {}};
    d.message = "the directory that the command starts in is not readable under this policy";
    d.notes.push_back("it starts in `/` instead");
    d.help = "allow it: `allow read $cwd/**`";
    out.push_back(std::move(d));
  }
  return out;
}

}  // namespace sbxc::bwrap
