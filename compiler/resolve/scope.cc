#include "compiler/resolve/scope.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

constexpr std::string_view kBuiltIn[] = {"cwd", "home", "policy_dir", "tmp", "user"};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A param is written `$name`, where a dash would end the name; a set may have dashes.
bool is_good_name(std::string_view name, bool param) {
  if (name.empty() || !(is_lower(name[0]) || is_upper(name[0]) || name[0] == '_')) return false;
  return std::all_of(name.begin(), name.end(), [param](char c) {
    return is_lower(c) || is_upper(c) || is_digit(c) || c == '_' || (c == '-' && !param);
  });
}

// `$policy_dir` is another directory in each file.
bool same_word(const ast::Word& a, const ast::Word& b) {
  return a.text == b.text && a.quoted == b.quoted && a.text.find("policy_dir") == std::string::npos;
}

bool same_item(const ast::Item& a, const ast::Item& b) {
  if (a.index() != b.index()) return false;
  if (const auto* word = std::get_if<ast::Word>(&a))
    return same_word(*word, std::get<ast::Word>(b));
  const auto& left = std::get<ast::Set>(a).patterns;
  const auto& right = std::get<ast::Set>(b).patterns;
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), same_word);
}

// Equal to the letter. A list file is the same only where it is the same file: not judged here.
bool same_definition(const Declaration& a, const Declaration& b) {
  if (a.param != nullptr && b.param != nullptr) {
    if (a.param->value.has_value() != b.param->value.has_value()) return false;
    return !a.param->value || same_word(*a.param->value, *b.param->value);
  }
  if (a.let == nullptr || b.let == nullptr || a.let->hosts || b.let->hosts) return false;
  return std::equal(a.let->items.begin(), a.let->items.end(), b.let->items.begin(),
                    b.let->items.end(), same_item);
}

}  // namespace

bool is_built_in_variable(std::string_view name) {
  return std::find(std::begin(kBuiltIn), std::end(kBuiltIn), name) != std::end(kBuiltIn);
}

std::vector<std::string_view> built_in_variables() {
  return {std::begin(kBuiltIn), std::end(kBuiltIn)};
}

bool is_environment_name(std::string_view name) {
  return !name.empty() && std::any_of(name.begin(), name.end(), is_upper) &&
         std::none_of(name.begin(), name.end(), is_lower);
}

Scope::Scope(const Units& units, Session& session) {
  reach_.assign(units.units.size(), std::vector<bool>(units.units.size(), false));
  for (const UnitId id : units.order) {
    auto& seen = reach_[static_cast<size_t>(id)];
    seen[static_cast<size_t>(id)] = true;
    for (const UseEdge& edge : units[id].uses) {
      const auto& below = reach_[static_cast<size_t>(edge.target)];
      for (size_t i = 0; i < seen.size(); ++i) seen[i] = seen[i] || below[i];
    }
  }
  for (size_t i = 0; i < units.units.size(); ++i) {
    const UnitId id{static_cast<uint32_t>(i)};
    for (const Placed& placed : units.units[i].statements) {
      if (const auto* let = std::get_if<ast::Let>(placed.statement)) {
        declare(units, {.unit = id, .let = let}, session);
      } else if (const auto* param = std::get_if<ast::Param>(placed.statement)) {
        declare(units, {.unit = id, .param = param}, session);
      }
    }
  }
}

void Scope::declare(const Units& units, Declaration declaration, Session& session) {
  const ast::Word& name = declaration.name();
  const std::string shown = printable(name.text);
  const bool is_param = declaration.param != nullptr;
  if (!is_good_name(name.text, is_param)) {
    session.diagnostics.report(
        {.kind = Kind::bad_name,
         .span = name.span,
         .message =
             fmt::format("`{}` cannot be the name of a {}", shown, is_param ? "param" : "set"),
         .help = is_param ? "a param's name has letters, digits and `_`, and starts with a letter"
                          : "a set's name has letters, digits, `_` and `-`, and starts with a "
                            "letter"});
    return;
  }
  if (is_param && (is_built_in_variable(name.text) || is_environment_name(name.text))) {
    Diagnostic d{.kind = Kind::reserved_name, .span = name.span, .message = {}};
    d.message = is_built_in_variable(name.text)
                    ? fmt::format("`${}` is built in", shown)
                    : fmt::format("`${}` means the environment variable {}", shown, shown);
    d.help = "choose another name";
    session.diagnostics.report(std::move(d));
    return;
  }
  auto& known = by_name_[name.text];
  for (const size_t index : known) {
    const Declaration& other = declarations_[index];
    if (other.unit != declaration.unit && same_definition(other, declaration)) continue;
    Diagnostic d{.kind = Kind::duplicate_name,
                 .span = name.span,
                 .message = fmt::format("`{}` is defined twice", shown),
                 .labels = {{other.name().span, "the other definition"}}};
    if (other.unit != declaration.unit) {
      d.notes = {
          fmt::format("names of a used file are visible in `{}`", printable(units.units[0].shown))};
    }
    d.help = is_param ? "keep one, and set it with -D" : "give one of them another name";
    session.diagnostics.report(std::move(d));
    return;
  }
  known.push_back(declarations_.size());
  declarations_.push_back(declaration);
}

const Declaration* Scope::find(std::string_view name, UnitId from) const {
  const auto known = by_name_.find(name);
  if (known == by_name_.end()) return nullptr;
  const Declaration* visible = nullptr;
  for (const size_t index : known->second) {
    const Declaration& declaration = declarations_[index];
    if (declaration.unit == from) return &declaration;
    if (visible == nullptr && sees(from, declaration.unit)) visible = &declaration;
  }
  return visible;
}

const Declaration* Scope::find_let(std::string_view name, UnitId from) const {
  const Declaration* found = find(name, from);
  if (found == nullptr || found->let == nullptr) return nullptr;
  found->used = true;
  return found;
}

const Declaration* Scope::find_param(std::string_view name, UnitId from) const {
  const Declaration* found = find(name, from);
  if (found == nullptr || found->param == nullptr) return nullptr;
  found->used = true;
  return found;
}

std::vector<std::string_view> Scope::let_names(UnitId from) const {
  std::vector<std::string_view> names;
  for (const Declaration& declaration : declarations_) {
    if (declaration.let != nullptr && sees(from, declaration.unit)) {
      names.push_back(declaration.name().text);
    }
  }
  return names;
}

std::vector<std::string_view> Scope::param_names(UnitId from) const {
  std::vector<std::string_view> names;
  for (const Declaration& declaration : declarations_) {
    if (declaration.param != nullptr && sees(from, declaration.unit)) {
      names.push_back(declaration.name().text);
    }
  }
  return names;
}

Diagnostic describe_loop(const Scope& scope, const Loop& loop, Kind kind, std::string message) {
  constexpr size_t kMostShown = 8;
  Diagnostic d{.kind = kind, .span = {}, .message = std::move(message)};
  for (size_t i = 0; i < loop.nodes.size() && i < kMostShown; ++i) {
    const ast::Word& name = scope.all()[loop.nodes[i]].name();
    d.message += fmt::format("{} → ", printable(name.text));
    if (i == 0) {
      d.span = name.span;
    } else {
      d.labels.push_back({name.span, {}});
    }
  }
  if (loop.nodes.size() > kMostShown) {
    d.message += fmt::format("{} more → ", loop.nodes.size() - kMostShown);
  }
  d.message += printable(scope.all()[loop.nodes[0]].name().text);
  return d;
}

void Scope::report_unused(const Units& units, Session& session) const {
  const auto& statements = units.units[0].statements;
  const bool is_policy = std::any_of(statements.begin(), statements.end(), [](const Placed& p) {
    return std::holds_alternative<ast::PolicyName>(*p.statement);
  });
  if (!is_policy) return;
  for (const Declaration& declaration : declarations_) {
    if (declaration.used || declaration.unit != kRoot) continue;
    const std::string shown = printable(declaration.name().text);
    const bool is_param = declaration.param != nullptr;
    session.diagnostics.report(
        {.kind = is_param ? Kind::unused_param : Kind::unused_set,
         .span = declaration.name().span,
         .message = fmt::format("nothing uses {} `{}`", is_param ? "param" : "set", shown),
         .help = is_param
                     ? fmt::format("write `${}` in a pattern, or remove the param", shown)
                     : fmt::format("write `{}` in a list of patterns, or remove the set", shown)});
  }
}

}  // namespace sbxc
