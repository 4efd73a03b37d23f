// The regular expressions of Seatbelt profiles, as far as they are documented by use: literals,
// `.`, classes, groups, `|`, `*`, `+`, `?`, `^` and `$` anywhere, backslash before a metacharacter.
// A search, not a match: only `^` and `$` anchor. Bytes, not characters.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "backends/seatbelt/read/refusal.h"

namespace sbxc::sbpl {

// What a backslash inside `[…]` is was never documented: `[^\.]` may leave out the dot alone, or
// the backslash too. A pattern with one is read both ways, and where they differ the answer is
// unknown.
enum class BackslashInClass : uint8_t { quotes, is_member };

// `by_system` for what the automaton of a real one cannot be (look-around, back references) and for
// what is no expression at all; `not_understood` for what might mean something (`{n}`, `\d`, lazy
// quantifiers, named classes): no answer must depend on a guess at it.
struct RegexError {
  std::string message;
  Refusal refusal = Refusal::by_system;
};

class Regex {
 public:
  static tl::expected<Regex, RegexError> compile(
      std::string_view pattern, BackslashInClass backslash = BackslashInClass::quotes);
  // Whether the other reading of a backslash in a class would be another expression.
  bool is_ambiguous() const { return ambiguous_; }

  // The expression as an automaton. `begin` and `end` let through at the ends of the text only;
  // whoever reaches `accept` has found something, whatever the rest of the text is.
  enum class Kind : uint8_t { bytes, split, jump, begin, end, accept };
  struct Node {
    Kind kind{};
    std::bitset<256> bytes{};
    uint32_t next = 0;
    uint32_t other = 0;  // split only
  };

  bool search(std::string_view text) const;
  size_t states() const { return nodes_.size(); }
  const std::vector<Node>& nodes() const { return nodes_; }
  uint32_t start() const { return start_; }

 private:
  friend class RegexCompiler;
  void follow(std::vector<uint32_t>& reached, std::vector<bool>& seen, uint32_t node, bool at_begin,
              bool at_end) const;

  std::vector<Node> nodes_;
  uint32_t start_ = 0;
  bool ambiguous_ = false;
};

inline constexpr size_t kMaxRegexNodes = 20000;
inline constexpr size_t kMaxRegexNesting = 100;

}  // namespace sbxc::sbpl
