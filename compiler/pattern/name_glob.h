// A glob over one name without `/`: a path component, a variable's name, a Mach service, an
// abstract socket. `*` any run of bytes, `?` one byte, `[a-z]` `[!a-z]` one byte of a set.
// Bytes, not characters: that is what every kernel compares.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sbxc {

struct AnyRun {
  bool operator==(const AnyRun&) const = default;
};
struct Literal {
  std::string bytes;
  bool operator==(const Literal&) const = default;
};
// INVARIANT: not empty, without '/' and NUL (an abstract socket's set may have '/'), and with all
// or none of the bytes from 0x80 up. `?` is the set of every byte but '/' and NUL.
using ByteSet = std::bitset<256>;
using NameAtom = std::variant<Literal, AnyRun, ByteSet>;

struct NameGlob {
  // INVARIANT: no two Literals and no two AnyRuns next to each other; no empty Literal.
  std::vector<NameAtom> atoms;

  bool matches(std::string_view name) const;
  // The one name it matches, when it has no wildcard.
  std::optional<std::string> literal() const;
  std::string text() const;  // in the language's spelling, metacharacters escaped
  void append_text(std::string& out) const;

  bool operator==(const NameGlob&) const = default;
};

// Bytes that text() escapes anywhere; `#`, `~` and `@` are special at a word's start alone.
bool is_special_byte(char c);

}  // namespace sbxc
