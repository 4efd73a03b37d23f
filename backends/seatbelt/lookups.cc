// Above an allowed glob: every directory of its literal prefix, by name. Where wildcards follow,
// the directories they may match, by expression and only if they are directories. An exception of
// a rule that denies reading opens a path inside what is denied; the way to it, as far as it is
// spelt out, is part of this.
#include "backends/seatbelt/lookups.h"

#include <algorithm>
#include <map>

#include "backends/seatbelt/canonical_roots.h"
#include "backends/seatbelt/sbpl_text.h"
#include "compiler/policy/overlap.h"

namespace sbxc::seatbelt {
namespace {

enum class Classes : uint8_t { none, all };

class LookupFinder {
 public:
  explicit LookupFinder(const PathRules& rules) : rules_(rules) {}

  Lookups run() {
    for (const std::string& link : root_links()) literals_.emplace(link, std::nullopt);
    for (const PathRule& rule : rules_.rules) {
      const bool deny = rule.rule->effect == Effect::deny;
      if (rule.rule->operation == Operation::exec) continue;  // exec needs read, which is here
      if (rule.denies(Operation::write)) continue;            // takes no reading away
      for (const MacGlob& glob : deny ? rule.except : rule.globs) {
        add(glob.glob, rule.rule->id, deny ? Classes::none : Classes::all);
      }
    }
    Lookups out;
    for (const auto& [path, rule] : literals_) {
      out.named.push_back(
          {FilterTree::leaf("(literal " + quoted(path) + ")", path.size() + 4), rule});
    }
    if (!classes_.empty()) {
      out.of_patterns = {FilterTree::all({FilterTree::leaf("(vnode-type DIRECTORY)", 0),
                                          FilterTree::any(regex_filters(classes_))}),
                         class_rule_};
    }
    return out;
  }

 private:
  void add(const PathGlob& glob, RuleId rule, Classes classes) {
    const size_t own = glob.is_literal() || glob.is_subtree() ? 1 : 0;
    std::string path = "/";
    add_literal(path, rule);
    const size_t depth = glob.literal_depth();
    for (size_t i = 0; i + own < depth; ++i) {
      if (i > 0) path += '/';
      path += *std::get<NameGlob>(glob.components[i]).literal();
      add_literal(path, rule);
    }
    const auto is_any = [&](size_t i) {
      return std::holds_alternative<AnyComponents>(glob.components[i]);
    };
    const size_t size = glob.components.size();
    const size_t above = size - (size > 0 && is_any(size - 1) ? 1 : 0);
    for (size_t i = depth + 1; i < above && classes == Classes::all; ++i) add_class(glob, i, rule);
  }

  void add_literal(const std::string& path, RuleId rule) {
    if (!literals_.contains(path) && !readable_anyway(literal_path_glob(path))) {
      literals_.emplace(path, rule);
    }
  }

  void add_class(const PathGlob& glob, size_t count, RuleId rule) {
    PathGlob above;
    above.components.assign(glob.components.begin(),
                            glob.components.begin() + static_cast<ptrdiff_t>(count));
    const bool known = std::any_of(classes_.begin(), classes_.end(),
                                   [&](const SpelledGlob& one) { return one.glob == above; });
    if (known || readable_anyway(above)) return;
    classes_.push_back({.glob = std::move(above)});
    if (!class_rule_) class_rule_ = rule;
  }

  // Read by a rule without exceptions in the way, and denied by none.
  bool readable_anyway(const PathGlob& glob) const {
    bool readable = false;
    const MacGlob asked(glob);
    for (const PathRule& rule : rules_.rules) {
      const auto met = [&](const MacGlob& one) { return may_meet(one, asked); };
      const auto covered = [&](const MacGlob& one) { return met(one) && covers(one.glob, glob); };
      if (rule.denies(Operation::read) && std::any_of(rule.globs.begin(), rule.globs.end(), met)) {
        return false;
      }
      readable = readable || ((rule.allows(Operation::read) || rule.allows(Operation::write)) &&
                              std::any_of(rule.globs.begin(), rule.globs.end(), covered) &&
                              std::none_of(rule.except.begin(), rule.except.end(), met));
    }
    return readable;
  }

  const PathRules& rules_;
  std::map<std::string, std::optional<RuleId>> literals_;
  std::vector<SpelledGlob> classes_;
  std::optional<RuleId> class_rule_;
};

}  // namespace

Lookups lookups(const PathRules& rules) { return LookupFinder(rules).run(); }

}  // namespace sbxc::seatbelt
