// The tokens form a sequence of plain tokens and groups; a group is a list of alternatives, each a
// sequence. Counting and making results walk that shape directly over the token list, in which
// every group is known to be closed and nested at most kMaxBraceNesting deep: that bounds the
// recursion.
#include "compiler/pattern/brace_expansion.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "compiler/diag/printable.h"
#include "compiler/pattern/path_glob.h"

namespace sbxc {

namespace {

class TokenReader {
 public:
  explicit TokenReader(const PatternText& text) : text_(text) {}

  Result<GlobTokens> read() {
    if (text_.bytes.empty()) {
      return tl::unexpected(Diagnostic{.kind = Kind::empty_pattern,
                                       .span = text_.span,
                                       .message = "the pattern is empty",
                                       .help = "name what it should match, or remove it"});
    }
    if (text_.bytes.size() > kMaxPatternBytes) {
      return problem(Kind::pattern_too_long, 0, text_.bytes.size(),
                     fmt::format("the pattern has {} bytes, more than {}", text_.bytes.size(),
                                 kMaxPatternBytes),
                     "no path is that long: shorten the pattern");
    }
    out_.tokens.reserve(text_.bytes.size());
    const auto is_nul = [](const auto& byte) { return byte.value == '\0'; };
    const auto found = std::find_if(text_.bytes.begin(), text_.bytes.end(), is_nul);
    if (found != text_.bytes.end()) {
      const auto nul = static_cast<size_t>(found - text_.bytes.begin());
      return problem(Kind::not_canonical, nul, nul + 1, "the pattern has a NUL byte",
                     "no name has one: remove it");
    }
    for (size_t i = 0; i < text_.bytes.size();) {
      if (auto error = read_token(&i)) return tl::unexpected(std::move(*error));
    }
    if (!open_.empty()) {
      return problem(Kind::unbalanced_brace, open_.back().at, open_.back().at + 1,
                     "`{` is never closed", "add `}`, or write `\\{` for a brace in the name");
    }
    return std::move(out_);
  }

 private:
  struct Group {
    size_t at;
    bool comma;
  };

  tl::unexpected<Diagnostic> problem(Kind kind, size_t from, size_t to, std::string message,
                                     std::string help) const {
    return tl::unexpected(Diagnostic{.kind = kind,
                                     .span = text_.at(from, to),
                                     .message = std::move(message),
                                     .help = std::move(help)});
  }
  void push(GlobTokenKind kind, size_t at, char value, bool literal = false) {
    out_.tokens.push_back({kind, value, literal, 0, static_cast<uint16_t>(at)});
  }
  void push_set(const ByteSet& set, size_t at) {
    const auto found = std::find(out_.sets.begin(), out_.sets.end(), set);
    const auto index = static_cast<uint16_t>(found - out_.sets.begin());
    if (found == out_.sets.end()) out_.sets.push_back(set);
    out_.tokens.push_back({GlobTokenKind::set, 0, false, index, static_cast<uint16_t>(at)});
  }

  std::optional<Diagnostic> read_token(size_t* i) {
    const size_t at = (*i)++;
    const auto [c, literal, offset] = text_.bytes[at];
    if (c == '/') {
      push(GlobTokenKind::slash, at, c, literal);
    } else if (literal) {
      push(GlobTokenKind::byte, at, c);
    } else if (c == '\\' && *i < text_.bytes.size()) {
      const char escaped = text_.bytes[(*i)++].value;
      push(escaped == '/' ? GlobTokenKind::slash : GlobTokenKind::byte, at, escaped, true);
    } else if (c == '*') {
      push(GlobTokenKind::star, at, c);
    } else if (c == '?') {
      push_set(any_name_byte(), at);
    } else if (c == '[') {
      auto read = parse_byte_class(text_, at, open_.empty() ? InBraces::no : InBraces::yes);
      if (!read) return std::move(read.error());
      push_set(read->bytes, at);
      *i = read->end;
    } else if (c == '{' || c == '}' || (c == ',' && !open_.empty())) {
      return read_brace(c, at);
    } else {
      push(GlobTokenKind::byte, at, c);
    }
    return std::nullopt;
  }

  std::optional<Diagnostic> read_brace(char c, size_t at) {
    if (c == ',') {
      open_.back().comma = true;
      push(GlobTokenKind::comma, at, c);
      return std::nullopt;
    }
    if (c == '{') {
      if (open_.size() == kMaxBraceNesting) {
        return problem(Kind::too_many_expansions, at, at + 1,
                       fmt::format("braces are nested more than {} deep", kMaxBraceNesting),
                       "write several patterns")
            .value();
      }
      open_.push_back({at, false});
      push(GlobTokenKind::open, at, c);
      return std::nullopt;
    }
    if (open_.empty()) {
      return problem(Kind::unbalanced_brace, at, at + 1, "`}` closes nothing",
                     "remove it, or write `\\}` for a brace in the name")
          .value();
    }
    const Group group = open_.back();
    open_.pop_back();
    if (!group.comma) return single_alternative(group.at, at + 1);
    push(GlobTokenKind::close, at, c);
    return std::nullopt;
  }

  std::optional<Diagnostic> single_alternative(size_t from, size_t to) const {
    const std::string inside = text_.str().substr(from + 1, to - from - 2);
    if (inside.empty()) {
      return problem(Kind::single_alternative, from, to, "the braces are empty",
                     "list alternatives: `{a,b}`, or write `\\{\\}` for braces in the name")
          .value();
    }
    const std::string shown = printable(inside);
    const bool sequence = inside.find("..") != std::string::npos;
    return problem(Kind::single_alternative, from, to,
                   fmt::format("the braces hold a single alternative, `{}`", shown),
                   sequence
                       ? "sequences are not part of the language: list the alternatives, "
                         "`{1,2,3}`, or use a class, `[1-3]`"
                       : fmt::format("write `{}` alone, or `\\{{{}\\}}` for braces in the name",
                                     shown, shown))
        .value();
  }

  const PatternText& text_;
  GlobTokens out_;
  std::vector<Group> open_;
};

using Tokens = std::vector<GlobToken>;

// How many results a sequence has and their bytes together, both saturating.
struct Extent {
  uint64_t count = 1;
  uint64_t bytes = 0;
};
constexpr uint64_t kFar = uint64_t{1} << 31;

class Expander {
 public:
  explicit Expander(const Tokens& tokens) : tokens_(tokens) {}

  // Measures from *i up to the comma or close that ends the sequence, or the end.
  Extent measure(size_t* i) const {
    Extent all;
    while (*i < tokens_.size()) {
      const GlobTokenKind kind = tokens_[*i].kind;
      if (kind == GlobTokenKind::comma || kind == GlobTokenKind::close) break;
      ++*i;
      Extent part{1, 1};
      if (kind == GlobTokenKind::open) {
        part = {0, 0};
        do {
          const Extent alternative = measure(i);
          part.count = std::min(kFar, part.count + alternative.count);
          part.bytes = std::min(kFar, part.bytes + alternative.bytes);
        } while (tokens_[(*i)++].kind == GlobTokenKind::comma);
      }
      all.bytes = std::min(kFar, all.bytes * part.count + part.bytes * all.count);
      all.count = std::min(kFar, all.count * part.count);
    }
    return all;
  }

  std::vector<GlobWord> make(size_t* i) const {
    std::vector<GlobWord> all(1);
    while (*i < tokens_.size()) {
      const GlobToken& token = tokens_[*i];
      if (token.kind == GlobTokenKind::comma || token.kind == GlobTokenKind::close) break;
      ++*i;
      if (token.kind == GlobTokenKind::open) {
        all = product(all, make_group(i));
      } else {
        for (GlobWord& word : all) word.push_back(token);
      }
    }
    return all;
  }

 private:
  std::vector<GlobWord> make_group(size_t* i) const {
    std::vector<GlobWord> alternatives;
    do {
      std::vector<GlobWord> words = make(i);
      std::move(words.begin(), words.end(), std::back_inserter(alternatives));
    } while (tokens_[(*i)++].kind == GlobTokenKind::comma);
    return alternatives;
  }

  static std::vector<GlobWord> product(const std::vector<GlobWord>& heads,
                                       const std::vector<GlobWord>& tails) {
    std::vector<GlobWord> all;
    all.reserve(heads.size() * tails.size());
    for (const GlobWord& head : heads) {
      for (const GlobWord& tail : tails) {
        all.push_back(head);
        all.back().insert(all.back().end(), tail.begin(), tail.end());
      }
    }
    return all;
  }

  const Tokens& tokens_;
};

}  // namespace

Result<GlobTokens> read_glob_tokens(const PatternText& text) { return TokenReader(text).read(); }

Result<std::vector<GlobWord>> expand_braces(const PatternText& text, const GlobTokens& tokens) {
  const bool plain =
      std::none_of(tokens.tokens.begin(), tokens.tokens.end(),
                   [](const GlobToken& token) { return token.kind == GlobTokenKind::open; });
  if (plain && tokens.tokens.size() <= kMaxExpandedBytes)
    return std::vector<GlobWord>(1, tokens.tokens);
  const Expander expander(tokens.tokens);
  size_t i = 0;
  const Extent extent = expander.measure(&i);
  if (extent.count > kMaxBraceExpansions || extent.bytes > kMaxExpandedBytes) {
    const bool many = extent.count > kMaxBraceExpansions;
    return tl::unexpected(Diagnostic{
        .kind = Kind::too_many_expansions,
        .span = text.span,
        .message =
            many ? fmt::format("the braces expand to more than {} patterns", kMaxBraceExpansions)
                 : fmt::format("the braces expand to more than {} bytes", kMaxExpandedBytes),
        .help = "use a wildcard or a class in place of some braces, or write several patterns"});
  }
  i = 0;
  return expander.make(&i);
}

NameGlob name_glob_of(std::span<const GlobToken> tokens, const std::vector<ByteSet>& sets) {
  NameGlob glob;
  const auto is_byte = [](const GlobToken& token) {
    return token.kind != GlobTokenKind::set && token.kind != GlobTokenKind::star;
  };
  for (auto token = tokens.begin(); token != tokens.end();) {
    if (is_byte(*token)) {
      const auto end = std::find_if_not(token, tokens.end(), is_byte);
      std::string bytes(static_cast<size_t>(end - token), '\0');
      std::transform(token, end, bytes.begin(), [](const GlobToken& each) { return each.value; });
      glob.atoms.emplace_back(Literal{std::move(bytes)});
      token = end;
      continue;
    }
    if (token->kind == GlobTokenKind::set) {
      glob.atoms.emplace_back(sets[token->set]);
    } else if (glob.atoms.empty() || !std::holds_alternative<AnyRun>(glob.atoms.back())) {
      glob.atoms.emplace_back(AnyRun{});
    }
    ++token;
  }
  return glob;
}

}  // namespace sbxc
