// Tokens first (as srt reads them: a run of stars gives its last two to a slash that follows, sets
// run to the first `]`, brackets that spell no set are text), then names. `.*` may stay within a
// name or cross slashes; where both are possible the union takes both.
//
// Not carried over: srt compares UTF-16 units, this language bytes. `?` and sets match one byte.
#include "compiler/import/srt_glob.h"

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/pattern/byte_class.h"

namespace sbxc::import {

namespace {

constexpr size_t kMaxUnion = 32;

enum class TokenKind : uint8_t { text, slash, any_char, star, globstar, globstar_slash, set };
struct Token {
  TokenKind kind;
  std::string text{};       // of text
  ByteSet set{};            // without the slash
  bool with_slash = false;  // the set holds one
};

// The members of a set; nothing when they spell none.
std::optional<Token> set_token(std::string_view members) {
  if (members.empty()) return std::nullopt;
  Token token{.kind = TokenKind::set};
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(members[i]); };
  for (size_t i = 0; i < members.size(); ++i) {
    const bool range = i + 2 < members.size() && members[i + 1] == '-';
    const unsigned low = byte(i);
    if (range) i += 2;
    const unsigned high = byte(i);
    if (high < low) return std::nullopt;
    for (unsigned value = low; value <= high; ++value) token.set.set(value);
  }
  token.with_slash = token.set.test('/');
  token.set.reset('/');
  token.set.reset(0);
  // A class of this language holds all bytes past ASCII or none.
  bool wide = false;
  for (unsigned value = 0x80; value < 256; ++value) wide |= token.set.test(value);
  for (unsigned value = 0x80; wide && value < 256; ++value) token.set.set(value);
  return token;
}

std::vector<Token> tokens_of(std::string_view pattern) {
  std::vector<Token> tokens;
  const auto text = [&](char c) {
    if (tokens.empty() || tokens.back().kind != TokenKind::text)
      tokens.push_back({TokenKind::text});
    tokens.back().text += c;
  };
  size_t text_until = 0;
  for (size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (c == '/') {
      tokens.push_back({TokenKind::slash});
      ++i;
    } else if (c == '?') {
      tokens.push_back({TokenKind::any_char});
      ++i;
    } else if (c == '*') {
      const size_t begin = i;
      while (i < pattern.size() && pattern[i] == '*') ++i;
      const bool to_slash = i - begin >= 2 && i < pattern.size() && pattern[i] == '/';
      const size_t rest = i - begin - (to_slash ? 2 : 0);
      if (rest >= 2) tokens.push_back({TokenKind::globstar});
      if (rest == 1) tokens.push_back({TokenKind::star});
      if (to_slash) {
        tokens.push_back({TokenKind::globstar_slash});
        ++i;
      }
    } else if (c == '[' && i >= text_until) {
      const size_t close = pattern.find(']', i + 1);
      auto set = close == std::string_view::npos ? std::nullopt
                                                 : set_token(pattern.substr(i + 1, close - i - 1));
      if (set) {
        tokens.push_back(std::move(*set));
        i = close + 1;
      } else {
        text_until = close == std::string_view::npos ? pattern.size() : close + 1;
        text(c);
        ++i;
      }
    } else {
      text(c);
      ++i;
    }
  }
  return tokens;
}

// A glob under construction: whole names, and the atoms of the one that is being written.
struct Draft {
  std::vector<Component> names;
  NameGlob name;

  void add(const NameAtom& atom) {
    auto& atoms = name.atoms;
    if (!atoms.empty()) {
      auto* before = std::get_if<Literal>(&atoms.back());
      if (const auto* literal = std::get_if<Literal>(&atom);
          before != nullptr && literal != nullptr) {
        before->bytes += literal->bytes;
        return;
      }
      if (std::holds_alternative<AnyRun>(atom) && std::holds_alternative<AnyRun>(atoms.back()))
        return;
    }
    atoms.push_back(atom);
  }
  void end_name() {
    if (!name.atoms.empty()) names.emplace_back(std::move(name));
    name = {};
  }
  void any_names() {
    if (names.empty() || !std::holds_alternative<AnyComponents>(names.back())) {
      names.emplace_back(AnyComponents{});
    }
  }
  // `.*` up to and with a slash.
  void cross() {
    add(AnyRun{});
    end_name();
    any_names();
  }
};

void add_text(Draft& draft, std::string_view text, bool& exact) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool visible = byte >= 0x20 && byte != 0x7F;
    if (visible && byte < 0x80) {
      draft.add(Literal{std::string(1, text[i])});
      continue;
    }
    size_t length = 1;
    while (byte >= 0xC0 && i + length < text.size() &&
           (static_cast<unsigned char>(text[i + length]) & 0xC0U) == 0x80U) {
      ++length;
    }
    const std::string_view character = text.substr(i, length);
    const bool shown = visible && printable(character) == character;
    for (const char c : character) {
      draft.add(shown ? NameAtom(Literal{std::string(1, c)}) : NameAtom(any_name_byte()));
    }
    exact = exact && shown;
    i += length - 1;
  }
}

using Drafts = std::vector<Draft>;

template <typename Change>
void also(Drafts& drafts, Change change) {
  const size_t before = drafts.size();
  for (size_t i = 0; i < before; ++i) {
    Draft copy = drafts[i];
    change(copy);
    drafts.push_back(std::move(copy));
  }
}

void apply(Drafts& drafts, const Token& token, bool last) {
  bool exact = true;
  switch (token.kind) {
    case TokenKind::text:
      for (Draft& draft : drafts) add_text(draft, token.text, exact);
      return;
    case TokenKind::slash:
      // A set may have brought a slash already, and no path has two in a row.
      std::erase_if(drafts, [](const Draft& draft) { return draft.name.atoms.empty(); });
      for (Draft& draft : drafts) draft.end_name();
      return;
    case TokenKind::any_char:
      for (Draft& draft : drafts) draft.add(any_name_byte());
      return;
    case TokenKind::star:
      for (Draft& draft : drafts) draft.add(AnyRun{});
      return;
    case TokenKind::set: {
      Drafts after;
      for (const Draft& draft : drafts) {
        if (token.set.any()) after.emplace_back(draft).add(token.set);
        if (token.with_slash && !draft.name.atoms.empty()) after.emplace_back(draft).end_name();
      }
      drafts = std::move(after);
      return;
    }
    case TokenKind::globstar:
      if (last) {
        for (Draft& draft : drafts) draft.cross();
      } else {
        also(drafts, [](Draft& draft) {
          draft.cross();
          draft.add(AnyRun{});
        });
        for (size_t i = 0; i < drafts.size() / 2; ++i) drafts[i].add(AnyRun{});
      }
      return;
    case TokenKind::globstar_slash: {
      Drafts within_name;
      for (const Draft& draft : drafts) {
        if (!draft.name.atoms.empty()) within_name.push_back(draft);
      }
      for (Draft& draft : drafts) draft.name.atoms.empty() ? draft.any_names() : draft.cross();
      drafts.insert(drafts.end(), within_name.begin(), within_name.end());
      return;
    }
  }
}

}  // namespace

bool has_glob_characters(std::string_view text) {
  return text.find_first_of("*?[]") != std::string_view::npos;
}

LiteralGlob literal_glob(std::string_view path) {
  LiteralGlob out;
  Draft draft;
  for (size_t at = 0; at < path.size();) {
    const size_t slash = std::min(path.find('/', at), path.size());
    add_text(draft, path.substr(at, slash - at), out.exact);
    draft.end_name();
    at = slash + 1;
  }
  out.glob.components = std::move(draft.names);
  return out;
}

std::optional<DialectGlobs> dialect_globs(const std::string& base, std::string_view tail) {
  const std::vector<Token> tokens = tokens_of(tail);
  if (tokens.empty() || tokens.back().kind == TokenKind::slash ||
      tokens.back().kind == TokenKind::globstar_slash) {
    return std::nullopt;
  }
  DialectGlobs out;
  Drafts drafts(1);
  drafts.front().names = literal_glob(base).glob.components;
  for (size_t i = 0; i < tokens.size(); ++i) {
    apply(drafts, tokens[i], i + 1 == tokens.size());
    if (drafts.size() > kMaxUnion) return std::nullopt;
    out.one_byte_each |= tokens[i].kind == TokenKind::any_char || tokens[i].kind == TokenKind::set;
  }
  for (Draft& draft : drafts) {
    const bool ended = draft.name.atoms.empty();
    if (ended &&
        (draft.names.empty() || !std::holds_alternative<AnyComponents>(draft.names.back()))) {
      continue;  // a slash at its end
    }
    draft.end_name();
    PathGlob glob{std::move(draft.names)};
    if (std::ranges::find(out.globs, glob) == out.globs.end()) out.globs.push_back(std::move(glob));
  }
  if (out.globs.empty()) return std::nullopt;
  return out;
}

}  // namespace sbxc::import
