#include "compiler/resolve/settings.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "compiler/diag/printable.h"
#include "compiler/pattern/socket_pattern.h"
#include "compiler/resolve/rules.h"

namespace sbxc {

namespace {

constexpr LimitKind kLimits[] = {LimitKind::processes, LimitKind::memory, LimitKind::open_files,
                                 LimitKind::time, LimitKind::file_size};

bool overlap(OsSet a, OsSet b) { return !is_empty(both(a, b)); }

bool is_good_env_name(const ast::Word& name, Session& session) {
  const auto pattern = parse_env_pattern(PatternText::plain(name.text, name.span));
  if (!pattern) {
    session.diagnostics.report(pattern.error());
    return false;
  }
  if (pattern->globs.size() == 1 && pattern->globs[0].literal() == name.text) return true;
  session.diagnostics.report(
      {.kind = Kind::bad_variable_name,
       .span = name.span,
       .message =
           fmt::format("`{}` is a pattern, and `set env` needs one name", printable(name.text)),
       .help = "write a line for each variable"});
  return false;
}

void warn_about_tilde(const ast::SetEnv& set, Session& session) {
  if (!set.value.value.starts_with("~/") && set.value.value != "~") return;
  session.diagnostics.report({.kind = Kind::tilde_in_value,
                              .span = set.value.span,
                              .message = "`~` is not filled in here",
                              .underline = "the program gets this text as it is",
                              .help = "write `$home`"});
}

class LimitReader {
 public:
  LimitReader(const Units& units, const Variables& variables, Session& session)
      : variables_(variables), session_(session) {
    for (size_t i = 0; i < units.units.size(); ++i) {
      for (const Placed& placed : units.units[i].statements) {
        const auto* limits = std::get_if<ast::Limits>(placed.statement);
        if (limits == nullptr) continue;
        for (const ast::LimitItem& item : limits->items) {
          read(item, UnitId{static_cast<uint32_t>(i)}, placed.os);
        }
      }
    }
  }

  // The smallest of each kind on each system; one entry when both systems share it.
  std::vector<Limit> smallest() const {
    std::vector<Limit> out;
    for (const LimitKind kind : kLimits) {
      const Limit* linux_one = smallest_of(kind, Os::linux);
      const Limit* macos_one = smallest_of(kind, Os::macos);
      if (linux_one != nullptr) {
        out.push_back(*linux_one);
        out.back().os = {.linux = true, .macos = linux_one == macos_one};
      }
      if (macos_one != nullptr && macos_one != linux_one) {
        out.push_back(*macos_one);
        out.back().os = {.linux = false, .macos = true};
      }
    }
    return out;
  }

 private:
  void read(const ast::LimitItem& item, UnitId unit, OsSet os) {
    const auto kind = std::find_if(std::begin(kLimits), std::end(kLimits),
                                   [&](LimitKind k) { return name_of(k) == item.name.text; });
    if (kind == std::end(kLimits)) return;  // the parser has said so
    const Filled filled = variables_.fill_in(item.value, {.unit = unit});
    if (filled.state != Filled::State::ok) return;
    const auto value = parse_limit_value(*kind, filled.text.str());
    if (!value) {
      session_.diagnostics.report(
          {.kind = Kind::bad_limit,
           .span = item.value.span,
           .message =
               fmt::format("`{}` is no limit for `{}`", printable(item.value.text), name_of(*kind)),
           .help = value.error()});
      return;
    }
    const auto [known, fresh] =
        limits_.try_emplace({unit, *kind, os.linux, os.macos}, Limit{*kind, *value, os, item.span});
    if (fresh) return;
    Limit& other = known->second;
    const bool first_wins = other.value <= *value;
    session_.diagnostics.report(
        {.kind = Kind::limit_repeated,
         .span = item.span,
         .message = fmt::format("`{}` is limited twice: the smaller value counts", name_of(*kind)),
         .underline = first_wins ? "not this one" : "this one",
         .labels = {{other.span, first_wins ? "this one" : "not this one"}},
         .help = "keep one of them"});
    if (!first_wins) other = {*kind, *value, os, item.span};
  }

  const Limit* smallest_of(LimitKind kind, Os os) const {
    const Limit* best = nullptr;
    for (const auto& [key, limit] : limits_) {
      if (limit.kind != kind || !limit.os.has(os)) continue;
      if (best == nullptr || limit.value < best->value) best = &limit;
    }
    return best;
  }

  const Variables& variables_;
  Session& session_;
  // By file, kind and systems: one each.
  std::map<std::tuple<UnitId, LimitKind, bool, bool>, Limit> limits_;
};

}  // namespace

std::vector<SetEnv> environment_of(const Units& units, const Variables& variables,
                                   Session& session) {
  std::vector<SetEnv> environment;
  std::unordered_map<std::string_view, std::vector<size_t>> by_name;  // at most one a system
  for (size_t i = 0; i < units.units.size(); ++i) {
    for (const Placed& placed : units.units[i].statements) {
      const auto* set = std::get_if<ast::SetEnv>(placed.statement);
      if (set == nullptr || !is_good_env_name(set->name, session)) continue;
      warn_about_tilde(*set, session);
      const auto value = variables.fill_value(set->value, UnitId{static_cast<uint32_t>(i)});
      if (!value) continue;
      auto& others = by_name[set->name.text];
      const bool known = std::any_of(others.begin(), others.end(), [&](size_t index) {
        const SetEnv& other = environment[index];
        return other.value == *value && other.os == placed.os;
      });
      if (known) continue;
      const auto clash = std::find_if(others.begin(), others.end(), [&](size_t index) {
        const SetEnv& other = environment[index];
        return other.value != *value && overlap(other.os, placed.os);
      });
      if (clash != others.end()) {
        session.diagnostics.report(
            {.kind = Kind::env_set_twice,
             .span = set->span,
             .message = fmt::format("`{}` is set to two values", printable(set->name.text)),
             .labels = {{environment[*clash].span, "and here"}},
             .help = "keep one of them"});
        continue;
      }
      others.push_back(environment.size());
      environment.push_back({set->name.text, *value, placed.os, set->span});
    }
  }
  return environment;
}

std::vector<Limit> limits_of(const Units& units, const Variables& variables, Session& session) {
  return LimitReader(units, variables, session).smallest();
}

}  // namespace sbxc
