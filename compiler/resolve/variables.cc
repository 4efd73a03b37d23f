#include "compiler/resolve/variables.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"
#include "compiler/pattern/path_glob.h"
#include "compiler/resolve/dependency_order.h"
#include "compiler/resolve/file_name.h"

namespace sbxc {

namespace {

constexpr size_t kMaxValueBytes = 128 << 10;  // what Linux takes as one string (MAX_ARG_STRLEN)

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The source place of bytes [from, to) of a word's text.
Span place(const ast::Word& word, size_t from, size_t to) {
  const uint32_t start = word.span.begin + (word.quoted ? 1 : 0);
  return {word.span.file, start + static_cast<uint32_t>(from), start + static_cast<uint32_t>(to)};
}

}  // namespace

Variables::Variables(const Units& units, const Scope& scope, Session& session)
    : units_(units), scope_(scope), session_(session), params_(scope.all().size()) {
  report_unknown_defines();
  const auto result = dependency_order(param_edges());
  if (const auto* order = std::get_if<Order>(&result)) {
    for (const size_t index : order->nodes) evaluate(index);
    return;
  }
  const Loop& loop = std::get<Loop>(result);
  Diagnostic d = describe_loop(scope_, loop, Kind::param_loop,
                               "params take their values from each other in a loop: ");
  d.help = "give one of them a value of its own";
  session_.diagnostics.report(std::move(d));
}

void Variables::report_unknown_defines() const {
  for (const auto& [name, value] : session_.options.defines) {
    if (scope_.find_param(name, kRoot) != nullptr) continue;
    const auto names = scope_.param_names(kRoot);
    Diagnostic d{.kind = Kind::unknown_define,
                 .span = {},
                 .message = fmt::format("`-D {}={}` sets nothing: the policy has no such param",
                                        printable(name), printable(value))};
    if (const std::string near = nearest(name, names); !near.empty()) {
      d.help = fmt::format("did you mean `-D {}={}`?", near, printable(value));
    } else if (names.empty()) {
      d.help = "the policy has no param at all";
    } else {
      d.help = fmt::format("declare it: `param {} = …`", printable(name));
    }
    session_.diagnostics.report(std::move(d));
  }
}

Edges Variables::param_edges() const {
  const auto& all = scope_.all();
  Edges edges(all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].param == nullptr || !all[i].param->value) continue;
    if (session_.options.defines.contains(all[i].param->name.text)) continue;
    const ast::Word& word = *all[i].param->value;
    for (size_t at = 0; at < word.text.size(); ++at) {
      if (word.text[at] == '\\') {
        ++at;
      } else if (word.text[at] == '$') {
        const auto reference = reference_at(word, at);
        if (!reference || is_built_in_variable(reference->name)) continue;
        const Declaration* to = scope_.find_param(reference->name, all[i].unit);
        if (to != nullptr) edges[i].push_back(static_cast<size_t>(to - all.data()));
      }
    }
  }
  return edges;
}

void Variables::evaluate(size_t index) {
  const Declaration& declaration = scope_.all()[index];
  if (declaration.param == nullptr) return;
  const ast::Param& param = *declaration.param;
  const auto define = session_.options.defines.find(param.name.text);
  if (define != session_.options.defines.end()) {
    const FileId file = session_.sources.add("-D " + param.name.text, define->second);
    const Span origin{file, 0, static_cast<uint32_t>(define->second.size())};
    params_[index] = {true, define->second, origin};
  } else if (param.value) {
    params_[index] = value_of_word(*param.value, declaration.unit);
  } else {
    session_.diagnostics.report(
        {.kind = Kind::param_not_set,
         .span = param.name.span,
         .message = fmt::format("param `{}` has no value", printable(param.name.text)),
         .help = fmt::format("set it with `-D {}=…`, or give it a default: `param {} = …`",
                             printable(param.name.text), printable(param.name.text))});
  }
  Value& value = params_[index];
  if (!value.good) return;
  const bool too_long = value.text.size() > kMaxPatternBytes;
  if (!too_long && value.text.find('\0') == std::string::npos) return;
  value.good = false;
  session_.diagnostics.report(
      {.kind = Kind::bad_value,
       .span = param.name.span,
       .message = too_long ? fmt::format("the value of `{}` is longer than {} bytes",
                                         printable(param.name.text), kMaxPatternBytes)
                           : fmt::format("the value of `{}` holds a NUL byte",
                                         printable(param.name.text))});
}

Variables::Value Variables::value_of_word(const ast::Word& word, UnitId unit) const {
  const Filled filled = fill_in(word, {.unit = unit});
  if (filled.state != Filled::State::ok) return {};
  return {true, filled.text.str(), word.span};
}

std::optional<Variables::Reference> Variables::reference_at(const ast::Word& word,
                                                            size_t at) const {
  const std::string_view text = word.text;
  const bool braced = at + 1 < text.size() && text[at + 1] == '{';
  const size_t begin = at + (braced ? 2 : 1);
  size_t end = begin;
  while (end < text.size() && is_name_byte(text[end])) ++end;
  if (end == begin || (braced && (end == text.size() || text[end] != '}'))) return std::nullopt;
  return Reference{text.substr(begin, end - begin), at, end + (braced ? 1 : 0)};
}

std::optional<Variables::Value> Variables::place_here(const std::string& name, Span span) const {
  const Surroundings& here = session_.options.surroundings;
  const std::string& path = name == "cwd" ? here.cwd : name == "home" ? here.home : here.tmp;
  std::string_view bare = path;
  while (bare.size() > 1 && bare.ends_with('/')) bare.remove_suffix(1);
  if (is_canonical_path(bare)) return Value{true, path, {}};
  Diagnostic d{.kind = Kind::value_not_a_path, .span = span, .message = {}};
  if (name == "cwd" && path == ".") {
    d.message = "the directory that sbxc was started in cannot be found";
    d.help = "it was removed, or one above it may not be searched; go to another";
  } else {
    d.message =
        fmt::format("`${}` is `{}`, which is not a canonical absolute path", name, printable(path));
    d.help = name == "cwd" ? "give an absolute path: `-D cwd=/…`"
                           : fmt::format("set {} to an absolute path, or give one: `-D {}=/…`",
                                         name == "home" ? "HOME" : "TMPDIR", name);
  }
  report_once(std::move(d));
  return std::nullopt;
}

std::optional<Variables::Value> Variables::look_up(const Reference& reference, Span span,
                                                   const FillIn& how, bool* absent) const {
  const Surroundings& here = session_.options.surroundings;
  const std::string name(reference.name);
  if (name == "cwd" || name == "home" || name == "tmp") return place_here(name, span);
  if (name == "user") return Value{true, here.user, {}};
  if (name == "policy_dir") {
    // A built-in file lies nowhere: there it is the directory of the policy.
    const Unit& unit = units_[units_[how.unit].built_in ? kRoot : how.unit];
    return Value{
        true, join_path(session_.start(), unit.directory.empty() ? "." : unit.directory), {}};
  }
  if (const Declaration* param = scope_.find_param(name, how.unit)) {
    const Value& value = params_[static_cast<size_t>(param - scope_.all().data())];
    return value.good ? std::optional(value) : std::nullopt;
  }
  if (is_environment_name(name)) {
    const auto found = here.environment.find(name);
    if (found != here.environment.end() && !found->second.empty()) {
      return Value{true, found->second, {}};
    }
    *absent = how.unset == Unset::is_absent;
    if (*absent && units_[how.unit].built_in) return std::nullopt;
    session_.diagnostics.report(
        {.kind = *absent ? Kind::unset_variable : Kind::unset_variable_in_deny,
         .span = span,
         .message = fmt::format("the environment variable `{}` is not set", name),
         .underline = *absent ? "this pattern matches nothing" : "",
         .help = *absent ? ""
                         : fmt::format("set {} before sbxc runs, or write the path itself", name)});
    return std::nullopt;
  }
  std::vector<std::string_view> names = scope_.param_names(how.unit);
  for (const std::string_view built_in : built_in_variables()) names.push_back(built_in);
  Diagnostic d{.kind = Kind::unknown_variable,
               .span = span,
               .message = fmt::format("no variable is called `${}`", printable(name))};
  if (const Declaration* let = scope_.find_let(name, how.unit)) {
    d.labels = {{let->name().span, "this is a set"}};
    d.help = fmt::format("a set is named without the `$`: `{}`", printable(name));
  } else if (const std::string near = nearest(name, names); !near.empty()) {
    d.help = fmt::format("did you mean `${}`?", near);
  } else {
    d.help = fmt::format("declare it: `param {} = …`", printable(name));
  }
  session_.diagnostics.report(std::move(d));
  return std::nullopt;
}

bool Variables::fits(const Reference& reference, const Value& value, Span span,
                     const PatternText& so_far, const FillIn& how) const {
  if (how.use == TextUse::other) return true;
  const bool first = so_far.bytes.empty();
  if (first && how.use == TextUse::socket && value.text.starts_with('@')) return true;
  if (is_canonical_path(first ? value.text : "/" + value.text)) {
    if (first || !value.text.empty()) return true;
  }
  Diagnostic d{.kind = Kind::value_not_a_path, .span = span, .message = {}};
  const std::string shown = printable(value.text);
  d.message = first ? fmt::format("`${}` is `{}`, which is not a canonical absolute path",
                                  printable(reference.name), shown)
                    : fmt::format("`${}` is `{}`, which cannot stand inside a path",
                                  printable(reference.name), shown);
  if (value.origin) d.labels = {{*value.origin, "the value comes from here"}};
  d.help = first ? "a path starts with `/` and has no `.`, `..`, `//` or `/` at the end"
                 : "inside a path only names fit, without `/` at either end";
  report_once(std::move(d));
  return false;
}

// A wrong value is the fault of none of the rules that use it.
void Variables::report_once(Diagnostic d) const {
  if (said_.insert(d.message).second) session_.diagnostics.report(std::move(d));
}

Filled Variables::fill_in(const ast::Word& word, const FillIn& how) const {
  Filled filled;
  PatternText& out = filled.text;
  out.span = word.span;
  out.written = word.text;
  const std::string_view text = word.text;
  out.bytes.reserve(text.size() + 32);
  const uint32_t start = place(word, 0, 0).begin;
  const auto put = [&](std::string_view value, size_t from) {
    const uint32_t offset = start + static_cast<uint32_t>(from);
    for (const char c : value) out.bytes.push_back({c, true, offset});
  };
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c != '\\' && c != '$' && c != '~') {
      out.bytes.push_back({c, false, start + static_cast<uint32_t>(at)});
      ++at;
      continue;
    }
    if (c == '\\' && at + 1 < text.size()) {
      put(text.substr(at + 1, 1), at);
      at += 2;
      continue;
    }
    std::optional<Reference> reference;
    if (c == '~' && at == 0 && (text.size() == 1 || text[1] == '/')) {
      reference = Reference{"home", 0, 1};
    } else if (c == '$') {
      reference = reference_at(word, at);
      if (!reference) {
        session_.diagnostics.report({.kind = Kind::bad_variable,
                                     .span = place(word, at, at + 1),
                                     .message = "a `$` starts a variable, and no name follows",
                                     .help = "write `$name` or `${name}`, or `\\$` for the sign"});
        return filled;
      }
    }
    if (!reference) {
      out.bytes.push_back({c, false, start + static_cast<uint32_t>(at)});
      ++at;
      continue;
    }
    const Span span = place(word, reference->begin, reference->end);
    bool absent = false;
    auto value = look_up(*reference, span, how, &absent);
    // $TMPDIR is `/var/folders/…/T/` on macOS: the same directory without the slash.
    while (value && how.use != TextUse::other && value->text.size() > 1 &&
           value->text.ends_with('/')) {
      value->text.pop_back();
    }
    if (absent) filled.state = Filled::State::absent;
    if (!value || !fits(*reference, *value, span, out, how)) return filled;
    at = reference->end;
    // `$home/x` where $home is the root directory: one slash, not two.
    const bool is_root = out.bytes.empty() && value->text == "/" && how.use != TextUse::other;
    if (!is_root || at == text.size() || text[at] != '/') put(value->text, reference->begin);
    if (out.bytes.size() > kMaxPatternBytes) {
      session_.diagnostics.report(
          {.kind = Kind::bad_value,
           .span = span,
           .message = fmt::format("with its variables filled in, this is longer than {} bytes",
                                  kMaxPatternBytes)});
      return filled;
    }
  }
  filled.state = Filled::State::ok;
  return filled;
}

std::optional<std::string> Variables::fill_value(const ast::Text& value, UnitId unit) const {
  const ast::Word word{.span = value.span, .text = value.value, .quoted = true};
  std::string out;
  for (size_t at = 0; at < word.text.size();) {
    const auto reference = word.text[at] == '$' ? reference_at(word, at) : std::nullopt;
    if (!reference) {
      out += word.text[at];
      at += word.text.compare(at, 2, "$$") == 0 ? 2 : 1;
      continue;
    }
    bool absent = false;
    const auto found = look_up(*reference, value.span, {.unit = unit}, &absent);
    if (!found) return std::nullopt;
    out += found->text;
    at = reference->end;
    if (out.size() <= kMaxValueBytes) continue;
    session_.diagnostics.report(
        {.kind = Kind::bad_value,
         .span = value.span,
         .message = fmt::format("the value is longer than {} bytes", kMaxValueBytes),
         .help = "Linux takes no longer one; put it in a file that the program reads"});
    return std::nullopt;
  }
  return out;
}

std::map<std::string, std::string> Variables::in_force() const {
  const Surroundings& here = session_.options.surroundings;
  std::map<std::string, std::string> values{
      {"cwd", here.cwd}, {"home", here.home}, {"tmp", here.tmp}, {"user", here.user}};
  const std::string& directory = units_[kRoot].directory;
  values["policy_dir"] = join_path(session_.start(), directory.empty() ? "." : directory);
  for (size_t i = 0; i < params_.size(); ++i) {
    const Declaration& declaration = scope_.all()[i];
    if (declaration.param != nullptr && params_[i].good) {
      values.emplace(declaration.param->name.text, params_[i].text);
    }
  }
  return values;
}

}  // namespace sbxc
