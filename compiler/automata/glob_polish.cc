// Every change is kept only when the rules still hold the same words.
#include "compiler/automata/glob_polish.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "compiler/automata/components.h"
#include "compiler/automata/glob_covers.h"

namespace sbxc::automata {

namespace {

// One word of a glob, as a glob of that word alone.
Glob some_word(const Glob& glob) {
  const std::string any = "x7";
  Glob word{glob.kind};
  for (const std::optional<NameGlob>& component : glob.components) {
    NameGlob name;
    if (!component) name.add(any);
    for (size_t i = 0; component && i < component->atoms.size(); ++i) {
      const GlobAtom& atom = component->atoms[i];
      if (const auto* bytes = std::get_if<std::string>(&atom)) name.add(*bytes);
      if (const auto* set = std::get_if<Bytes>(&atom)) name.add(Bytes().set(most_readable(*set)));
      if (std::holds_alternative<AnyRun>(atom)) name.add(any);
    }
    word.components.emplace_back(std::move(name));
  }
  return word;
}

std::string bytes_of(const Glob& word) {
  std::string bytes = word.kind == GlobKind::abstract ? "@" : "";
  for (const std::optional<NameGlob>& name : word.components) {
    if (word.kind == GlobKind::path) bytes += '/';
    bytes += std::get<std::string>(name->atoms.front());
  }
  return bytes.empty() ? "/" : bytes;
}

bool any_holds(const std::vector<Glob>& globs, const Glob& word) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const Glob& glob) { return covers(glob, word); });
}

bool any_holds(const std::vector<GlobRule>& rules, const Glob& word) {
  return std::any_of(rules.begin(), rules.end(), [&](const GlobRule& rule) {
    return any_holds(rule.globs, word) && !any_holds(rule.except, word);
  });
}

class Polisher {
 public:
  Polisher(std::vector<GlobRule> rules, SetSearch& search)
      : rules_(std::move(rules)), search_(search), words_(search.words_of(rules_)) {}

  std::vector<GlobRule> run() {
    if (!words_) return std::move(rules_);
    drop(&GlobRule::globs);
    for (GlobRule& rule : rules_) {
      for (size_t i = 0; i < rule.except.size(); ++i) shorten(rule, i);
      share_suffixes(rule);
    }
    merge();
    drop(&GlobRule::except);
    return std::move(rules_);
  }

 private:
  bool same(const std::vector<GlobRule>& rules) {
    const std::optional<WordSet> words = search_.words_of(rules);
    return words && *words == *words_;
  }

  // Without an automaton of the rules: whether they say of a word of `glob` what they should.
  bool same_at(const Glob& glob, const std::vector<GlobRule>& rules) const {
    const Glob word = some_word(glob);
    return holds(words_->decide(bytes_of(word))) == any_holds(rules, word);
  }

  // From the last one, which is the least general.
  void drop(std::vector<Glob> GlobRule::*list) {
    for (size_t r = rules_.size(); r-- > 0;) {
      for (size_t i = (rules_[r].*list).size(); i-- > 0;) {
        std::vector<GlobRule> fewer = rules_;
        std::vector<Glob>& globs = fewer[r].*list;
        const Glob dropped = globs[i];
        globs.erase(globs.begin() + static_cast<std::ptrdiff_t>(i));
        if (same_at(dropped, fewer) && same(fewer)) rules_ = std::move(fewer);
      }
    }
    std::erase_if(rules_, [](const GlobRule& rule) { return rule.globs.empty(); });
  }

  // To the shortest `p/**` of its literal directories that does.
  void shorten(GlobRule& rule, size_t index) {
    const Glob whole = rule.except[index];
    if (search_.kind() != GlobKind::path) return;
    const size_t literal = std::min(whole.literal_depth(), whole.components.size() - 1);
    for (size_t depth = 1; depth <= literal; ++depth) {
      Glob& shorter = rule.except[index];
      shorter.components.assign(whole.components.begin(),
                                whole.components.begin() + static_cast<std::ptrdiff_t>(depth));
      shorter.components.emplace_back(std::nullopt);
      if (shorter == whole || same(rules_)) return;
    }
    rule.except[index] = whole;
  }

  // `/a/**/x` and `/b/**/x` as `/**/x`.
  void share_suffixes(GlobRule& rule) {
    std::map<std::string, std::vector<size_t>> by_suffix;
    for (size_t i = 0; i < rule.except.size(); ++i) {
      const auto& parts = rule.except[i].components;
      const auto star = std::find(parts.begin(), parts.end(), std::nullopt);
      if (star == parts.begin() || star == parts.end() || star + 1 == parts.end()) continue;
      by_suffix[text(Glob{search_.kind(), {star, parts.end()}})].push_back(i);
    }
    const std::vector<Glob> before = rule.except;
    for (const auto& [suffix, indexes] : by_suffix) {
      if (indexes.size() < 2) continue;
      const auto& parts = before[indexes[0]].components;
      const Glob shared{search_.kind(),
                        {std::find(parts.begin(), parts.end(), std::nullopt), parts.end()}};
      const std::vector<Glob> kept = rule.except;
      for (const size_t i : indexes) std::erase(rule.except, before[i]);
      rule.except.push_back(shared);
      if (!same(rules_)) rule.except = kept;
    }
  }

  void merge() {
    for (size_t a = 0; a < rules_.size(); ++a) {
      for (size_t b = a + 1; b < rules_.size();) {
        std::vector<GlobRule> merged = rules_;
        for (const Glob& glob : rules_[b].globs) merged[a].globs.push_back(glob);
        for (const Glob& glob : rules_[b].except) {
          std::vector<Glob>& all = merged[a].except;
          if (std::find(all.begin(), all.end(), glob) == all.end()) all.push_back(glob);
        }
        merged.erase(merged.begin() + static_cast<std::ptrdiff_t>(b));
        if (same(merged)) {
          rules_ = std::move(merged);
        } else {
          ++b;
        }
      }
    }
    for (GlobRule& rule : rules_) share_suffixes(rule);
  }

  std::vector<GlobRule> rules_;
  SetSearch& search_;
  std::optional<WordSet> words_;
};

constexpr size_t kMaxAlternatives = 8;

// Globs that are the same but for the name at `place`, as (what is the same, indexes).
std::map<std::string, std::vector<size_t>> alike_but_for(const std::vector<Glob>& globs,
                                                         size_t place) {
  std::map<std::string, std::vector<size_t>> groups;
  for (size_t i = 0; i < globs.size(); ++i) {
    Glob rest = globs[i];
    if (place >= rest.components.size() || !rest.components[place]) continue;
    if (rest.literal_depth() < place) continue;
    rest.components[place] = NameGlob{{std::string("\0", 1)}};
    groups[text(rest)].push_back(i);
  }
  return groups;
}

struct Written {
  std::string text;
  bool taken = false;  // stands in the braces of an earlier one
};

void write_group(const std::vector<Glob>& globs, const std::vector<size_t>& group, size_t place,
                 std::vector<Written>& out) {
  const Glob& first = globs[group[0]];
  std::set<std::string> names;
  for (const size_t i : group) {
    names.insert(text(*globs[i].components[place], first.kind));
    out[i].taken = true;
  }
  std::string braces;
  for (const std::string& name : names) braces += (braces.empty() ? "{" : ",") + name;
  const auto split = first.components.begin() + static_cast<std::ptrdiff_t>(place);
  const Glob after{first.kind, {split + 1, first.components.end()}};
  const Glob before{first.kind, {first.components.begin(), split}};
  out[group[0]] = {(place == 0 ? "" : text(before)) + "/" + braces + "}" +
                   (after.components.empty() ? "" : text(after))};
}

// Groups of `at_least` globs, below `top` directories or more.
std::vector<std::string> with_braces(const std::vector<Glob>& globs, size_t at_least, size_t top) {
  std::vector<Written> written;
  size_t depth = 0;
  for (const Glob& glob : globs) {
    written.push_back({text(glob)});
    depth = std::max(depth, glob.kind == GlobKind::path ? glob.components.size() : 0);
  }
  std::vector<bool> grouped(globs.size(), false);
  for (size_t place = depth; place-- > top;) {
    for (auto& [rest, group] : alike_but_for(globs, place)) {
      std::erase_if(group, [&](size_t i) { return grouped[i]; });
      if (group.size() < at_least || group.size() > kMaxAlternatives) continue;
      write_group(globs, group, place, written);
      for (const size_t i : group) grouped[i] = true;
    }
  }
  std::vector<std::string> all;
  for (Written& one : written) {
    if (!one.taken) all.push_back(std::move(one.text));
  }
  return all;
}

}  // namespace

std::vector<GlobRule> polish(std::vector<GlobRule> rules, SetSearch& search) {
  return Polisher(std::move(rules), search).run();
}

std::vector<std::string> write_globs(const std::vector<Glob>& globs, size_t at_most) {
  std::vector<std::string> few = with_braces(globs, 3, 1);
  return few.size() <= at_most ? few : with_braces(globs, 2, 0);
}

}  // namespace sbxc::automata
