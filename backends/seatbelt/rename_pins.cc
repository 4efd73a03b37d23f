// Which directories to pin. For every denied glob, and for what an allow rule excepts: each leading
// part that ends in a literal name, where it may be written. A part that ends in a wildcard is a
// class of directories; moving one is harmless as long as it stays where the same rule holds, so
// the question is whether something outside the class may be written.
//
// Not pinned for `exec`: a copy runs as well as the original, exec is no barrier to that (law 4).
#include "backends/seatbelt/rename_pins.h"

#include <algorithm>
#include <unordered_map>

#include "compiler/policy/overlap.h"

namespace sbxc::seatbelt {
namespace {

PathGlob leading(const PathGlob& glob, size_t count) {
  return {{glob.components.begin(), glob.components.begin() + static_cast<ptrdiff_t>(count)}};
}
PathGlob trailing(const PathGlob& glob, size_t from) {
  return {{glob.components.begin() + static_cast<ptrdiff_t>(from), glob.components.end()}};
}
bool ends_in_any(const PathGlob& glob) {
  return !glob.components.empty() && std::holds_alternative<AnyComponents>(glob.components.back());
}
bool ends_in_name(const PathGlob& glob) {
  return !glob.components.empty() && !ends_in_any(glob) &&
         std::get<NameGlob>(glob.components.back()).literal().has_value();
}
// Components before the denied thing itself: a subtree's root is denied too.
size_t depth_above(const PathGlob& glob) {
  return glob.components.size() - (ends_in_any(glob) ? 1 : 0);
}

// A path that the glob matches, for messages.
std::string sample(const PathGlob& glob) {
  std::string out;
  for (const Component& component : glob.components) {
    const auto* name = std::get_if<NameGlob>(&component);
    if (name == nullptr) {
      if (&component == &glob.components.back()) out += "/file";
      continue;
    }
    out += '/';
    for (const NameAtom& atom : name->atoms) {
      if (const auto* literal = std::get_if<Literal>(&atom)) out += literal->bytes;
      if (const auto* set = std::get_if<ByteSet>(&atom)) {
        const char shown = set->test('a') ? 'a' : set->test('0') ? '0' : 'x';
        out += shown;
      }
      if (std::holds_alternative<AnyRun>(atom) && name->atoms.size() == 1) out += "dir";
    }
  }
  return out.empty() ? "/" : out;
}

// Device files are a file system of their own: nothing is moved there or away.
bool is_device(const PathGlob& glob) {
  return glob.literal_depth() > 0 &&
         std::get<NameGlob>(glob.components[0]).literal() == std::string("dev");
}

bool meets_any(const MacGlob& glob, const std::vector<MacGlob>& others) {
  return std::any_of(others.begin(), others.end(),
                     [&](const MacGlob& other) { return may_meet(glob, other); });
}

struct Protected {  // a glob and the rule it stands in
  const PathRule* rule;
  const MacGlob* glob;
  bool socket = false;
};

class PinFinder {
 public:
  explicit PinFinder(const PathRules& rules) : writable_(rules.writable()) {
    find_places(rules);
    for (const PathRule& rule : rules.rules) {
      const Operation operation = rule.rule->operation;
      if (rule.rule->effect == Effect::deny && operation != Operation::exec) {
        for (const MacGlob& glob : rule.globs) {
          protected_.push_back({&rule, &glob, operation == Operation::socket});
        }
      }
      if (rule.allows(Operation::write)) {  // what may only be read is in no place to move from
        for (const MacGlob& glob : rule.except) {
          if (meets_any(glob, rule.globs) && !is_wholly_writable(glob)) {
            protected_.push_back({&rule, &glob});
          }
        }
      }
      if (rule.allows(Operation::write)) add_files(rule);
      if (rule.rule->effect == Effect::deny) add_lone_exceptions(rule);
    }
  }

  RenamePins run() {
    for (size_t index = 0; index < protected_.size(); ++index) {
      const PathGlob& glob = protected_[index].glob->glob;
      for (size_t i = 1; i < depth_above(glob); ++i) {
        if (!ends_in_name(leading(glob, i))) by_tail_[trailing(glob, i).text()].push_back(index);
      }
    }
    for (const Protected& one : protected_) {
      if (one.socket && may_meet(*one.glob, writable_)) pin(one, one.glob->glob, true);
      for (size_t i = 1; i < depth_above(one.glob->glob); ++i) {
        const PathGlob above = leading(one.glob->glob, i);
        if (ends_in_name(above)) pin(one, above, false);
      }
      look_for_open_moves(one);
    }
    return std::move(out_);
  }

 private:
  void find_places(const PathRules& rules) {
    for (const PathRule& rule : rules.rules) {
      if (rule.allows(Operation::read) || rule.allows(Operation::write)) allowing_.push_back(&rule);
      if (!rule.allows(Operation::write)) continue;
      for (const MacGlob& glob : rule.globs) {
        if (ends_in_any(glob.glob) && !is_device(glob.glob)) places_.push_back({&rule, &glob});
      }
    }
  }
  // By a rule that excepts nothing of it: then what another rule leaves out does not matter.
  bool is_wholly_writable(const MacGlob& glob) const {
    return std::any_of(places_.begin(), places_.end(), [&](const Protected& place) {
      return covers(place.glob->glob, glob.glob) && !meets_any(glob, place.rule->except);
    });
  }

  void add_files(const PathRule& rule) {
    for (const MacGlob& glob : rule.globs) {
      if (ends_in_any(glob.glob) || is_device(glob.glob)) continue;
      if (!is_wholly_writable(glob)) out_.files.push_back(glob);
    }
  }

  // A name left out of a deny that holds below it: `deny write /a/** except /a/b`.
  void add_lone_exceptions(const PathRule& rule) {
    for (const MacGlob& hole : rule.except) {
      if (ends_in_any(hole.glob) || !may_meet(hole, writable_)) continue;
      PathGlob below = hole.glob;
      below.components.emplace_back(NameGlob{{AnyRun{}}});
      below.components.emplace_back(AnyComponents{});
      if (meets_any(MacGlob(below), rule.globs)) out_.files.push_back(hole);
    }
  }

  // Many paths have the same directories above them.
  bool is_writable(const PathGlob& glob) {
    const auto [known, fresh] = is_writable_.emplace(glob.text(), false);
    if (fresh) known->second = may_meet(MacGlob(glob), writable_);
    return known->second;
  }

  void pin(const Protected& one, const PathGlob& glob, bool keeps_itself) {
    if (!is_writable(glob)) return;
    std::vector<MacGlob> except;  // where nothing below is denied
    if (one.rule->rule->effect == Effect::deny) {
      for (const MacGlob& hole : one.rule->except) {
        if (ends_in_any(hole.glob)) except.push_back(hole);
      }
    } else {
      for (const Protected& place : places_) {
        if (place.rule != one.rule && place.rule->except.empty()) except.push_back(*place.glob);
      }
    }
    for (Pin& known : out_.pins) {
      const bool same_except =
          std::equal(known.except.begin(), known.except.end(), except.begin(), except.end(),
                     [](const MacGlob& a, const MacGlob& b) { return a.glob == b.glob; });
      if (known.glob == glob && known.keeps_itself == keeps_itself && same_except) {
        if (known.rules.back() != one.rule->rule->id) known.rules.push_back(one.rule->rule->id);
        return;
      }
    }
    out_.pins.push_back({glob, std::move(except), {one.rule->rule->id}, keeps_itself});
  }

  void look_for_open_moves(const Protected& one) {
    const RuleId rule = one.rule->rule->id;
    if (!out_.open.empty() && out_.open.back().rule == rule) return;
    const PathGlob& glob = one.glob->glob;
    for (size_t i = 1; i < depth_above(glob); ++i) {
      const PathGlob above = leading(glob, i);
      const MacGlob class_above(above);
      const bool movable = !ends_in_name(above) &&
                           std::any_of(places_.begin(), places_.end(), [&](const Protected& place) {
                             return may_meet(class_above, *place.glob);
                           });
      if (!movable) continue;
      const PathGlob tail = trailing(glob, i);
      for (const Protected& place : places_) {
        const PathGlob& there = place.glob->glob;
        if (held_at(place, above, tail, one)) continue;
        out_.open.push_back({rule, witness(there, tail, glob), there.text(), tail.text(), false});
        return;
      }
      if (one.rule->rule->effect == Effect::deny && look_at_exceptions(one, class_above, tail)) {
        return;
      }
    }
  }

  // What an exception leaves out keeps its name when it moves, but may lose its exception.
  bool look_at_exceptions(const Protected& one, const MacGlob& class_above, const PathGlob& tail) {
    for (const MacGlob& hole : one.rule->except) {
      if (!may_meet(hole, writable_) || follows(hole, class_above)) continue;
      const PathGlob shown = ends_in_any(hole.glob) ? joined(hole.glob, tail) : hole.glob;
      out_.open.push_back({one.rule->rule->id, sample(shown), hole.glob.text(), tail.text(), true});
      return true;
    }
    return false;
  }

  // Whether an exception of a name holds wherever its directory can be moved: `/**/.env.example`.
  bool follows(const MacGlob& hole, const MacGlob& class_above) const {
    if (ends_in_any(hole.glob)) return false;
    for (size_t i = 1; i < hole.glob.components.size(); ++i) {
      const PathGlob above = leading(hole.glob, i);
      if (ends_in_any(above) &&
          std::all_of(places_.begin(), places_.end(), [&](const Protected& place) {
            return !may_meet(class_above, *place.glob) || covers(above, place.glob->glob);
          })) {
        return true;
      }
    }
    return false;
  }

  static PathGlob joined(const PathGlob& place, const PathGlob& tail) {
    PathGlob out = place;
    if (ends_in_any(out)) out.components.pop_back();
    out.components.push_back(NameGlob{{Literal{"moved"}}});
    out.components.insert(out.components.end(), tail.components.begin(), tail.components.end());
    return out;
  }

  // A path at the place that the glob does not match.
  static std::string witness(const PathGlob& place, const PathGlob& tail, const PathGlob& glob) {
    PathGlob there = place;
    for (int deeper = 0; deeper < 3; ++deeper) {
      std::string path = sample(joined(there, tail));
      if (!glob.matches(path)) return path;
      if (ends_in_any(there)) there.components.pop_back();
      there.components.push_back(NameGlob{{Literal{"new"}}});
    }
    return sample(joined(place, tail));
  }

  // Whether this rule, or one like it, denies `tail` below every directory of the place too. What
  // an allow rule leaves out, it leaves out of itself alone.
  bool held_at(const Protected& at, const PathGlob& above, const PathGlob& tail,
               const Protected& one) const {
    const PathGlob& place = at.glob->glob;
    const bool deny = one.rule->rule->effect == Effect::deny;
    if (!deny && given_back_in_part(one)) return false;
    if ((deny || at.rule == one.rule) && covers(above, place)) return true;
    const auto alike = by_tail_.find(tail.text());
    if (alike == by_tail_.end()) return false;
    return std::any_of(alike->second.begin(), alike->second.end(), [&](size_t index) {
      const Protected& other = protected_[index];
      const PathGlob& glob = other.glob->glob;
      const bool denies = other.rule == at.rule || other.rule->rule->effect == Effect::deny;
      const bool weaker = other.rule->rule->operation == Operation::write &&
                          one.rule->rule->operation == Operation::read;
      if (!denies || weaker || other.socket != one.socket) return false;
      return covers(leading(glob, glob.components.size() - tail.components.size()), place);
    });
  }

  // Whether other rules give back some of what an allow rule leaves out, and none gives back all.
  bool given_back_in_part(const Protected& one) const {
    return std::any_of(allowing_.begin(), allowing_.end(), [&](const PathRule* rule) {
      return rule != one.rule &&
             std::any_of(rule->globs.begin(), rule->globs.end(), [&](const MacGlob& glob) {
               return may_meet(glob, *one.glob) && !covers(glob.glob, one.glob->glob);
             });
    });
  }

  Places writable_;
  std::vector<const PathRule*> allowing_;  // reading or writing
  std::vector<Protected> places_;          // where directories can be moved to and from
  std::vector<Protected> protected_;
  std::unordered_map<std::string, std::vector<size_t>> by_tail_;  // indices into protected_
  std::unordered_map<std::string, bool> is_writable_;
  RenamePins out_;
};

}  // namespace

RenamePins rename_pins(const PathRules& rules) { return PinFinder(rules).run(); }

std::vector<FilterTree> pin_filters(const std::vector<Pin>& pins, const Places& writable) {
  std::vector<FilterTree> out;
  std::vector<const Pin*> left;
  left.reserve(pins.size());
  for (const Pin& pin : pins) left.push_back(&pin);
  while (!left.empty()) {  // pins with the same exceptions share their expressions
    const Pin& first = *left.front();
    const auto same = [&](const Pin* pin) {
      return std::equal(pin->except.begin(), pin->except.end(), first.except.begin(),
                        first.except.end(),
                        [](const MacGlob& a, const MacGlob& b) { return a.glob == b.glob; });
    };
    std::vector<MacGlob> globs;
    for (const Pin* pin : left) {
      if (same(pin)) globs.emplace_back(pin->glob);
    }
    FilterTree filter = FilterTree::any(in_any_spelling(globs, writable));
    out.push_back(FilterTree::without(std::move(filter), as_spelled(first.except)));
    left.erase(std::remove_if(left.begin(), left.end(), same), left.end());
  }
  return out;
}

std::vector<FilterTree> folding_characters() {
  // U+017F long s, U+212A kelvin sign, U+FB00 to U+FB06 ligatures (case folding); U+037E greek
  // question mark, U+1FEF greek varia (canonical forms of `;` and the backquote). In escapes, for
  // most of them look like what they are not.
  constexpr std::string_view kCharacters[] = {
      "\\xc5\\xbf",      "\\xe2\\x84\\xaa", "\\xef\\xac\\x80", "\\xef\\xac\\x81",
      "\\xef\\xac\\x82", "\\xef\\xac\\x83", "\\xef\\xac\\x84", "\\xef\\xac\\x85",
      "\\xef\\xac\\x86", "\\xcd\\xbe",      "\\xe1\\xbf\\xaf",
  };
  std::string regex;
  for (const std::string_view one : kCharacters) {
    if (!regex.empty()) regex += '|';
    regex += one;
  }
  return {FilterTree::leaf("(regex \"" + regex + "\")", 128)};
}

}  // namespace sbxc::seatbelt
