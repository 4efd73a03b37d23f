#include "backends/seatbelt/path_rules.h"

#include <algorithm>

#include "backends/seatbelt/canonical_roots.h"
#include "backends/seatbelt/sbpl_text.h"
#include "compiler/policy/overlap.h"

namespace sbxc::seatbelt {
namespace {

void add_globs(const Pattern& pattern, std::vector<MacGlob>& to) {
  if (const auto* path = std::get_if<PathPattern>(&pattern)) {
    for (const PathGlob& glob : path->globs) to.emplace_back(canonical(glob));
  } else if (const auto* socket = std::get_if<SocketPattern>(&pattern)) {
    for (const auto& test : socket->tests) {
      if (const auto* glob = std::get_if<PathGlob>(&test)) to.emplace_back(canonical(*glob));
    }
  }
}

bool is_path_rule(Operation operation) {
  return operation == Operation::read || operation == Operation::write ||
         operation == Operation::exec || operation == Operation::socket;
}

FilterTree path_leaf(std::string_view filter, const std::string& path) {
  return FilterTree::leaf("(" + std::string(filter) + " " + quoted(path) + ")", path.size() + 4);
}

// Compiled, a character is two bytes, a class of two letters five, a jump three: less than twice
// its text in all.
FilterTree regex_leaf(const std::string& regex) {
  return FilterTree::leaf("(regex " + quoted_regex(regex) + ")", 2 * regex.size() + 24);
}

// How many leading components of `glob` are sure to stand in one spelling when `writable` lets
// names be made.
size_t settled(const PathGlob& glob, const PathGlob& writable) {
  const size_t depth = std::min(writable.literal_depth(), glob.literal_depth());
  size_t same = 0;
  while (same < depth && glob.components[same] == writable.components[same]) ++same;
  return same;
}

}  // namespace

PathRules PathRules::of(const Policy& policy) {
  PathRules out;
  for (const Rule& rule : policy.rules) {
    if (!rule.os.macos || !is_path_rule(rule.operation)) continue;
    PathRule made{.rule = &rule, .globs = {}, .except = {}};
    for (const Pattern& pattern : rule.patterns) add_globs(pattern, made.globs);
    for (const Pattern& pattern : rule.except) add_globs(pattern, made.except);
    out.rules.push_back(std::move(made));
  }
  return out;
}

Places PathRules::allowed(const std::vector<Operation>& operations) const {
  Places out;
  for (const PathRule& rule : rules) {
    if (rule.rule->effect == Effect::deny) continue;
    if (std::find(operations.begin(), operations.end(), rule.rule->operation) == operations.end()) {
      continue;
    }
    for (const MacGlob& glob : rule.globs) out.push_back(&glob);
  }
  return out;
}

MacGlob::MacGlob(const PathGlob& canonical) : glob(canonical), loose(any_spelling(canonical)) {
  for (const Component& component : loose.components) {
    const auto* name = std::get_if<NameGlob>(&component);
    auto literal = name == nullptr ? std::nullopt : name->literal();
    if (!literal) break;
    lead.push_back(std::move(*literal));
  }
}

// Almost all pairs differ in a leading name, so that is looked at first.
bool may_meet(const MacGlob& a, const MacGlob& b) {
  const size_t both = std::min(a.lead.size(), b.lead.size());
  if (!std::equal(a.lead.begin(), a.lead.begin() + static_cast<ptrdiff_t>(both), b.lead.begin())) {
    return false;
  }
  return overlap(a.loose, b.loose);
}

bool PathRule::meets(const Places& places) const {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const MacGlob& glob) { return may_meet(glob, places); });
}

bool may_meet(const MacGlob& glob, const Places& places) {
  return std::any_of(places.begin(), places.end(),
                     [&](const MacGlob* place) { return may_meet(glob, *place); });
}

SpelledGlob guarded(const MacGlob& glob, const Places& writable) {
  SpelledGlob out{.glob = glob.glob};
  const auto& components = glob.glob.components;
  const bool unicode =
      std::any_of(components.begin(), components.end(), [](const Component& component) {
        const auto* name = std::get_if<NameGlob>(&component);
        return name != nullptr && has_unicode(*name);
      });
  if (unicode) out.any_spelling_from = components.size();
  for (const MacGlob* place : writable) {
    if (may_meet(glob, *place)) {
      out.any_spelling_from = std::min(out.any_spelling_from, settled(glob.glob, place->glob));
    }
  }
  return out;
}

std::vector<FilterTree> regex_filters(const std::vector<SpelledGlob>& globs) {
  std::vector<FilterTree> out;
  for (const std::string& regex : path_regexes(globs)) out.push_back(regex_leaf(regex));
  return out;
}

namespace {

bool is_plain(const PathGlob& glob) { return glob.is_literal() || glob.is_subtree(); }

std::vector<FilterTree> plain_filters(const std::vector<MacGlob>& globs) {
  std::vector<FilterTree> out;
  for (const MacGlob& one : globs) {
    const PathGlob& glob = one.glob;
    if (glob.is_literal()) out.push_back(path_leaf("literal", glob.literal_prefix()));
    if (glob.is_subtree()) out.push_back(path_leaf("subpath", glob.literal_prefix()));
  }
  return out;
}

void append(std::vector<FilterTree>& to, std::vector<FilterTree> more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

}  // namespace

std::vector<FilterTree> as_spelled(const std::vector<MacGlob>& globs) {
  std::vector<FilterTree> out = plain_filters(globs);
  std::vector<SpelledGlob> spelled;
  for (const MacGlob& one : globs) {
    if (!is_plain(one.glob)) spelled.push_back({.glob = one.glob});
  }
  append(out, regex_filters(spelled));
  return out;
}

std::vector<FilterTree> in_any_spelling(const std::vector<MacGlob>& globs, const Places& writable) {
  std::vector<FilterTree> out = plain_filters(globs);
  std::vector<SpelledGlob> spelled;
  for (const MacGlob& one : globs) {
    SpelledGlob guard = guarded(one, writable);
    const bool adds = guard.any_spelling_from != kAsSpelled &&
                      path_regexes({guard}) != path_regexes({{.glob = one.glob}});
    if (adds || !is_plain(one.glob)) spelled.push_back(std::move(guard));
  }
  append(out, regex_filters(spelled));
  return out;
}

}  // namespace sbxc::seatbelt
