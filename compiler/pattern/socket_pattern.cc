// An abstract socket's name is not a path: `/` is an ordinary byte of it (`@/tmp/.X11-unix/X0`), so
// `*`, `?` and negated classes match it too, and there is no `**`.
//
// Reference: unix(7), "Address format".
#include "compiler/pattern/socket_pattern.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/pattern/brace_expansion.h"

namespace sbxc {

namespace {

bool is_abstract(const GlobWord& word) {
  return !word.empty() && word.front().kind == GlobTokenKind::byte && word.front().value == '@';
}

Result<AbstractSocket> abstract_socket(const PatternText& text, const GlobTokens& tokens,
                                       const GlobWord& word) {
  const auto is_star = [](const GlobToken& t) { return t.kind == GlobTokenKind::star; };
  for (size_t i = 1; i < word.size(); ++i) {
    if (is_star(word[i - 1]) && is_star(word[i])) {
      return tl::unexpected(Diagnostic{
          .kind = Kind::misplaced_globstar,
          .span = text.at(word[i - 1].at, word[i].at + size_t{1}),
          .message = "`**` is in the name of an abstract socket",
          .help = "write `*`: such a name is no path, and `*` matches any bytes of it, `/` too"});
    }
  }
  AbstractSocket socket{name_glob_of(std::span(word).subspan(1), tokens.sets)};
  for (NameAtom& atom : socket.name.atoms) {
    auto* set = std::get_if<ByteSet>(&atom);
    if (set != nullptr && set->test(0xFF)) set->set('/');
  }
  if (socket.name.atoms.empty()) {
    return tl::unexpected(Diagnostic{.kind = Kind::empty_pattern,
                                     .span = text.span,
                                     .message = "`@` names no abstract socket",
                                     .help = "write `@name`, or `@*` for all of them"});
  }
  return socket;
}

struct NameRules {
  Kind kind;
  std::string_view what;     // `an environment variable`
  std::string_view allowed;  // in words
  std::string_view extra;    // punctuation that it may have
  bool leading_digit;
};

constexpr NameRules kEnvironment{Kind::bad_variable_name, "an environment variable",
                                 "letters, digits and `_`, and no digit first", "_", false};
constexpr NameRules kMachService{Kind::bad_service_name, "a Mach service",
                                 "letters, digits, `.`, `-` and `_`", "._-", true};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::optional<Diagnostic> check_name(const PatternText& text, const GlobWord& word,
                                     const NameRules& rules) {
  if (word.empty()) {
    return Diagnostic{.kind = Kind::empty_pattern,
                      .span = text.span,
                      .message = "the pattern is empty",
                      .help = "name what it should match, or remove it"};
  }
  for (size_t i = 0; i < word.size(); ++i) {
    const GlobToken& token = word[i];
    if (token.kind == GlobTokenKind::star || token.kind == GlobTokenKind::set) continue;
    const char c = token.value;
    const bool fits = is_letter(c) || rules.extra.find(c) != std::string_view::npos ||
                      (is_digit(c) && (i > 0 || rules.leading_digit));
    if (fits) continue;
    std::string help = fmt::format("such names have {}", rules.allowed);
    if (text.bytes.front().literal && text.written.starts_with('$')) {
      help = fmt::format("to name the variable, not its value, write `{}`",
                         printable(text.written.substr(1)));
    }
    return Diagnostic{.kind = rules.kind,
                      .span = text.at(token.at, token.at + size_t{1}),
                      .message = fmt::format("`{}` cannot be {} the name of {}", printable({&c, 1}),
                                             is_digit(c) ? "first in" : "in", rules.what),
                      .help = std::move(help)};
  }
  return std::nullopt;
}

Result<NamePattern> parse_names(const PatternText& text, const NameRules& rules) {
  const auto tokens = read_glob_tokens(text);
  if (!tokens) return tl::unexpected(tokens.error());
  const auto words = expand_braces(text, *tokens);
  if (!words) return tl::unexpected(words.error());
  NamePattern pattern{text.span, text.written, {}};
  for (const GlobWord& word : *words) {
    if (auto error = check_name(text, word, rules)) return tl::unexpected(std::move(*error));
    NameGlob glob = name_glob_of(word, tokens->sets);
    const bool known =
        std::find(pattern.globs.begin(), pattern.globs.end(), glob) != pattern.globs.end();
    if (!known) pattern.globs.push_back(std::move(glob));
  }
  return pattern;
}

}  // namespace

bool SocketPattern::matches(std::string_view request) const {
  struct Visitor {
    std::string_view request;
    bool operator()(const PathGlob& glob) const { return glob.matches(request); }
    bool operator()(const AbstractSocket& socket) const {
      return request.starts_with('@') && socket.name.matches(request.substr(1));
    }
  };
  return std::any_of(tests.begin(), tests.end(),
                     [&](const auto& test) { return std::visit(Visitor{request}, test); });
}

bool NamePattern::matches(std::string_view name) const {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const NameGlob& glob) { return glob.matches(name); });
}

Result<SocketPattern> parse_socket_pattern(const PatternText& text) {
  const auto tokens = read_glob_tokens(text);
  if (!tokens) return tl::unexpected(tokens.error());
  const auto words = expand_braces(text, *tokens);
  if (!words) return tl::unexpected(words.error());
  SocketPattern pattern{text.span, text.written, {}};
  for (const GlobWord& word : *words) {
    if (is_abstract(word)) {
      auto socket = abstract_socket(text, *tokens, word);
      if (!socket) return tl::unexpected(std::move(socket.error()));
      pattern.tests.emplace_back(std::move(*socket));
    } else {
      auto glob = path_glob_of(text, *tokens, word);
      if (!glob) return tl::unexpected(std::move(glob.error()));
      pattern.tests.emplace_back(std::move(*glob));
    }
  }
  return pattern;
}

Result<NamePattern> parse_env_pattern(const PatternText& text) {
  return parse_names(text, kEnvironment);
}

Result<NamePattern> parse_mach_pattern(const PatternText& text) {
  return parse_names(text, kMachService);
}

}  // namespace sbxc
