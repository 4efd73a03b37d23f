// Path patterns (law 5): a list of components, each a name glob or `**` (any number of components,
// none included). Braces are expanded when parsed: `/a/{b,c}/**` is two globs of one pattern.
// Matches canonical paths only: absolute, no `.`, `..`, `//` or trailing slash; "/" is the root.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/pattern/name_glob.h"
#include "compiler/pattern/pattern_text.h"

namespace sbxc {

struct AnyComponents {
  bool operator==(const AnyComponents&) const = default;
};
using Component = std::variant<AnyComponents, NameGlob>;

struct PathGlob {
  // INVARIANT: no two AnyComponents next to each other. Empty = the root directory alone.
  std::vector<Component> components;

  bool matches(std::string_view canonical_path) const;
  std::string text() const;  // `/home/u/*.c`, parses back to an equal glob
  // The leading components without wildcards, as a path ("/" when there are none).
  std::string literal_prefix() const;
  // Number of components in literal_prefix().
  size_t literal_depth() const;
  bool is_literal() const { return literal_depth() == components.size(); }
  // literal_prefix() followed by one final `**`: a whole subtree, its root included.
  bool is_subtree() const;

  bool operator==(const PathGlob&) const = default;
};

struct PathPattern {
  Span span;
  std::string written;
  std::vector<PathGlob> globs;  // at least one; more only through braces

  bool matches(std::string_view canonical_path) const;
};

// Limits against hostile patterns, stated in docs/language.md.
inline constexpr size_t kMaxPatternBytes = 4096;
inline constexpr size_t kMaxBraceExpansions = 1024;
inline constexpr size_t kMaxComponents = 256;

Result<PathPattern> parse_path_pattern(const PatternText& text);

// The glob of one path alone; its text() is the path as a policy has to spell it.
PathGlob literal_path_glob(std::string_view canonical_path);

// Tokens of one expansion as a glob; `text` is for messages.
struct GlobTokens;
struct GlobToken;
Result<PathGlob> path_glob_of(const PatternText& text, const GlobTokens& tokens,
                              const std::vector<GlobToken>& word);

// A path in canonical form or the reason why it is none: an unescaped wildcard is one. Resolves no
// links: that needs a file system and is the caller's business.
Result<std::string> parse_canonical_path(const PatternText& text);
bool is_canonical_path(std::string_view bytes);

}  // namespace sbxc
