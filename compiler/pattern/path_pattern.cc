// Path patterns from text: tokens, braces, then components. What would be read in two ways, or
// never match a canonical path, is an error that shows the spelling meant; nothing is silently
// dropped but the slash at the end of a variable's value (`$tmp` is `/var/folders/…/T/` on macOS).
// Most patterns have no braces, classes, `?` and escapes, and nothing wrong with them: these are
// read in one pass over their bytes, without tokens. Whatever else is met is left to the tokens.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "compiler/diag/printable.h"
#include "compiler/pattern/brace_expansion.h"
#include "compiler/pattern/path_glob.h"

namespace sbxc {

namespace {

using Tokens = std::span<const GlobToken>;

// `/a/./b//c` as `/a/b/c`, nothing when `..` would leave a component that is not a plain name: only
// the file system knows the parent of a link or of `$workspace`.
std::optional<std::string> canonical_spelling(std::string_view written) {
  if (written.find_first_of("{}[]\"") != std::string_view::npos) return std::nullopt;
  std::vector<std::string_view> kept;
  const bool rooted = written.starts_with('/');
  for (size_t at = rooted ? 1 : 0; at <= written.size();) {
    const size_t end = std::min(written.find('/', at), written.size());
    const std::string_view name = written.substr(at, end - at);
    at = end + 1;
    if (name == "..") {
      const bool plain =
          !kept.empty() && kept.back().find_first_of("*?$~\\") == std::string_view::npos;
      if (!plain) return std::nullopt;
      kept.pop_back();
    } else if (!name.empty() && name != ".") {
      kept.push_back(name);
    }
  }
  std::string out;
  for (const std::string_view name : kept) {
    if (rooted || !out.empty()) out += '/';
    out += name;
  }
  return out.empty() ? "/" : out;
}

class Components {
 public:
  Components(const PatternText& text, const GlobTokens& tokens, const std::vector<GlobToken>& word)
      : text_(text), sets_(tokens.sets), word_(word) {}

  Result<PathGlob> read() {
    if (word_.empty() || word_.front().kind != GlobTokenKind::slash) return relative();
    if (word_.size() == 1) return PathGlob{};
    for (size_t slash = 0; slash < word_.size();) {
      size_t end = slash + 1;
      while (end < word_.size() && word_[end].kind != GlobTokenKind::slash) ++end;
      if (auto error = add(slash, end)) return tl::unexpected(std::move(*error));
      slash = end;
    }
    if (glob_.components.size() > kMaxComponents) {
      return tl::unexpected(
          problem(Kind::pattern_too_long, 0, word_.size(),
                  fmt::format("the pattern has more than {} components", kMaxComponents),
                  "no path is that deep: shorten the pattern"));
    }
    return std::move(glob_);
  }

 private:
  Diagnostic problem(Kind kind, size_t from, size_t to, std::string message,
                     std::string help) const {
    const size_t begin = from < word_.size() ? word_[from].at : 0;
    const size_t last = to > from && to <= word_.size() ? word_[to - 1].at : begin;
    return {.kind = kind,
            .span = text_.at(begin, std::max(last, begin) + 1),
            .message = std::move(message),
            .help = std::move(help)};
  }

  std::string help_for_relative() const {
    const bool from_value = !text_.bytes.empty() && text_.bytes.front().literal;
    if (from_value) return "the value it starts with has to be an absolute path";
    std::string_view written = text_.written;
    while (written.starts_with("./")) written.remove_prefix(2);
    const std::string rest = printable(written);
    if (written.empty() || written == ".") {
      return "write `$cwd/**` for the working directory and everything below it";
    }
    if (written == ".." || written.starts_with("../") || written.find('\\') != written.npos) {
      return "write the whole path, from `/` on and without `..`";
    }
    if (written.starts_with("~")) {
      return "`~` stands for your own home directory alone: write `~/…` or the whole path";
    }
    if (written.starts_with("**")) {
      return fmt::format("write `/{0}` for anywhere, or `$cwd/{0}` for the working directory",
                         rest);
    }
    const bool is_name = written.find('/') == written.npos;
    if (is_name && written.find_first_of("*?[") != written.npos) {
      return fmt::format(
          "write `/**/{0}` for anywhere, or `$cwd/**/{0}` for below the working directory", rest);
    }
    return fmt::format(
        "write `$cwd/{0}` for the working directory, or `$policy_dir/{0}` for the policy's folder",
        rest);
  }

  tl::unexpected<Diagnostic> relative() const {
    const std::string shown = printable(text_.written);
    return tl::unexpected(Diagnostic{.kind = Kind::relative_pattern,
                                     .span = text_.span,
                                     .message = fmt::format("`{}` is not an absolute path", shown),
                                     .help = help_for_relative()});
  }

  // The component between the slash at `slash` and `end`.
  std::optional<Diagnostic> add(size_t slash, size_t end) {
    const Tokens name = Tokens(word_).subspan(slash + 1, end - slash - 1);
    if (name.empty()) return add_empty(slash, end);
    const auto is_star = [](const GlobToken& t) { return t.kind == GlobTokenKind::star; };
    const auto two =
        std::adjacent_find(name.begin(), name.end(),
                           [&](const auto& a, const auto& b) { return is_star(a) && is_star(b); });
    if (two != name.end()) {
      if (name.size() > 2) return globstar(slash, end, name);
      const bool again = !glob_.components.empty() &&
                         std::holds_alternative<AnyComponents>(glob_.components.back());
      if (!again) glob_.components.emplace_back(AnyComponents{});
      return std::nullopt;
    }
    NameGlob glob = name_glob_of(name, sets_);
    const std::optional<std::string> literal = glob.literal();
    if (literal == "." || literal == "..") {
      return problem(Kind::not_canonical, slash + 1, end,
                     fmt::format("`{}` is a component of the pattern", *literal), canonical_help());
    }
    glob_.components.emplace_back(std::move(glob));
    return std::nullopt;
  }

  std::optional<Diagnostic> add_empty(size_t slash, size_t end) const {
    const bool value_ends = word_[slash].literal && (end == word_.size() || !word_[end].literal);
    if (value_ends) return std::nullopt;
    if (end < word_.size()) {
      return problem(Kind::not_canonical, slash, end + 1, "`//` is in the pattern",
                     canonical_help());
    }
    std::string stem = printable(text_.written);
    while (stem.size() > 1 && stem.ends_with('/')) stem.pop_back();
    const bool typed_slash = stem.size() < printable(text_.written).size();
    return problem(Kind::trailing_slash, slash, end, "the pattern ends in `/`",
                   typed_slash
                       ? fmt::format("write `{0}` for the directory itself, or `{0}/**` for it and "
                                     "everything below it",
                                     stem)
                       : "write the directory without it, or with `/**` for everything below it");
  }

  Diagnostic globstar(size_t slash, size_t end, Tokens name) const {
    std::string help = "write `**/` or `/**` for any number of components, or `*` within a name";
    const bool leads = name[0].kind == GlobTokenKind::star && name[1].kind == GlobTokenKind::star;
    if (leads && name[2].kind != GlobTokenKind::star) {
      std::string rest;
      name_glob_of(name.subspan(2), sets_).append_text(rest);
      help =
          fmt::format("write `**/*{0}` for every depth, or `*{0}` for this one", printable(rest));
    }
    return problem(Kind::misplaced_globstar, slash + 1, end, "`**` is not a whole component",
                   std::move(help));
  }

  std::string canonical_help() const {
    const auto spelling = canonical_spelling(text_.written);
    if (!spelling) return "write the path without `.`, `..` and `//`: rules match resolved paths";
    return fmt::format("write `{}`", printable(*spelling));
  }

  const PatternText& text_;
  const std::vector<ByteSet>& sets_;
  const std::vector<GlobToken>& word_;
  PathGlob glob_;
};

// A pattern read in one pass over its bytes.
class PlainPath {
 public:
  explicit PlainPath(const PatternText& text) : text_(text), bytes_(text.str()) {}

  // What the tokens would come to; nothing when only they can tell, or say what is wrong.
  std::optional<PathGlob> read() {
    if (bytes_.size() < 2 || bytes_.size() > kMaxPatternBytes || bytes_.front() != '/') {
      return std::nullopt;
    }
    glob_.components.reserve(static_cast<size_t>(std::count(bytes_.begin(), bytes_.end(), '/')));
    for (size_t begin = 1; begin <= bytes_.size();) {
      bool stars = false;
      size_t end = begin;
      for (; end < bytes_.size() && bytes_[end] != '/'; ++end) {
        if (!may_be_special(bytes_[end])) continue;
        if (bytes_[end] == '\0') return std::nullopt;
        if (text_.bytes[end].literal) continue;
        if (bytes_[end] != '*') return std::nullopt;
        stars = true;
      }
      if (!(stars ? add_with_stars(begin, end) : add_name(begin, end))) return std::nullopt;
      begin = end + 1;
    }
    if (glob_.components.size() > kMaxComponents) return std::nullopt;
    return std::move(glob_);
  }

 private:
  static bool may_be_special(char c) {
    static constexpr auto kTable = [] {
      std::array<bool, 256> special{};
      for (const char each : {'\0', '\\', '*', '?', '[', '{', '}'}) {
        special[static_cast<unsigned char>(each)] = true;
      }
      return special;
    }();
    return kTable[static_cast<unsigned char>(c)];
  }

  std::string_view slice(size_t begin, size_t end) const {
    return std::string_view(bytes_).substr(begin, end - begin);
  }
  NameGlob& new_name() {
    return std::get<NameGlob>(glob_.components.emplace_back(std::in_place_type<NameGlob>));
  }

  bool add_name(size_t begin, size_t end) {
    const std::string_view name = slice(begin, end);
    if (name.empty() || name == "." || name == "..") return false;
    new_name().atoms.emplace_back(Literal{std::string(name)});
    return true;
  }

  bool is_star(size_t at) const { return bytes_[at] == '*' && !text_.bytes[at].literal; }

  bool add_with_stars(size_t begin, size_t end) {
    if (end - begin == 2 && is_star(begin) && is_star(begin + 1)) {
      const bool again = !glob_.components.empty() &&
                         std::holds_alternative<AnyComponents>(glob_.components.back());
      if (!again) glob_.components.emplace_back(AnyComponents{});
      return true;
    }
    NameGlob& glob = new_name();
    for (size_t at = begin; at < end;) {
      if (is_star(at)) {
        if (at > begin && is_star(at - 1)) return false;
        glob.atoms.emplace_back(AnyRun{});
        ++at;
        continue;
      }
      const size_t from = at;
      while (at < end && !is_star(at)) ++at;
      glob.atoms.emplace_back(Literal{std::string(slice(from, at))});
    }
    return true;
  }

  const PatternText& text_;
  const std::string bytes_;
  PathGlob glob_;
};

}  // namespace

Result<PathGlob> path_glob_of(const PatternText& text, const GlobTokens& tokens,
                              const std::vector<GlobToken>& word) {
  return Components(text, tokens, word).read();
}

Result<PathPattern> parse_path_pattern(const PatternText& text) {
  if (auto glob = PlainPath(text).read()) {
    PathPattern pattern{text.span, text.written, {}};
    pattern.globs.push_back(std::move(*glob));
    return pattern;
  }
  const auto tokens = read_glob_tokens(text);
  if (!tokens) return tl::unexpected(tokens.error());
  const auto words = expand_braces(text, *tokens);
  if (!words) return tl::unexpected(words.error());
  PathPattern pattern{text.span, text.written, {}};
  std::set<std::string> seen;  // `{a,a}` is one glob
  for (const GlobWord& word : *words) {
    auto glob = path_glob_of(text, *tokens, word);
    if (!glob) return tl::unexpected(std::move(glob.error()));
    if (words->size() > 1 && !seen.insert(glob->text()).second) continue;
    pattern.globs.push_back(std::move(*glob));
  }
  return pattern;
}

}  // namespace sbxc
