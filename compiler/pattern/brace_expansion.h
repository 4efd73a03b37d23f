// A glob's text as tokens, and braces expanded as a shell does: textually, before anything is
// matched, so `/a{/**,}` is `/a/**` and `/a`. Alternatives may be empty and may contain `/`;
// groups nest. The number and the size of the results are counted before the first is made.
//
// Differences from a shell, so that no accepted pattern means two things: `{a}`, `{}` and `{1..3}`
// are errors instead of literal braces or a sequence; so are braces without a partner.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/pattern/byte_class.h"

namespace sbxc {

enum class GlobTokenKind : uint8_t { byte, star, set, slash, open, comma, close };

struct GlobToken {
  GlobTokenKind kind;
  char value;    // of byte
  bool literal;  // of slash: it came out of a variable or an escape
  uint16_t set;  // of set: index into GlobTokens::sets
  uint16_t at;   // index into PatternText::bytes
};

struct GlobTokens {
  std::vector<GlobToken> tokens;
  std::vector<ByteSet> sets;
};

inline constexpr size_t kMaxBraceNesting = 32;
inline constexpr size_t kMaxExpandedBytes = size_t{64} << 10;

Result<GlobTokens> read_glob_tokens(const PatternText& text);

// One token sequence without open, comma and close for each expansion, in the order of a shell.
using GlobWord = std::vector<GlobToken>;
Result<std::vector<GlobWord>> expand_braces(const PatternText& text, const GlobTokens& tokens);

// Tokens without braces as one name; a slash is a byte of it.
NameGlob name_glob_of(std::span<const GlobToken> tokens, const std::vector<ByteSet>& sets);

}  // namespace sbxc
