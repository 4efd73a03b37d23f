// A glob becomes pieces, one a component: `/` and the name's expression, or `(/[^/]+)*` for `**`;
// and an end, `$` or `($|/)` for a subtree. Pieces of several globs form a trie whose branches
// become alternations, so `/w/**/.git/{config,hooks/**}` is one expression.
//
// `[^/]` rather than `.`: whether `.` takes a newline is not known, and a name may hold one.
//
// Other spellings: letters in both cases; `ss` also as the letter that folds to it (not across the
// pieces of a long run); characters
// outside ASCII, and a letter before them that an accent could join, as any run of bytes: too much
// is denied, never too little. Letters outside ASCII that fold to one ASCII letter are refused for
// new names as a whole (see rename_pins.h).
#include "backends/seatbelt/path_regex.h"

#include <algorithm>

#include "backends/seatbelt/sbpl_text.h"
#include "compiler/diag/printable.h"

namespace sbxc::seatbelt {
namespace {

constexpr std::string_view kSharpS = "\xc3\x9f";
constexpr std::string_view kCapitalSharpS = "\xe1\xba\x9e";

// Characters outside ASCII in whatever form: the byte before the first is part of what is replaced,
// and a composed letter may be a letter and its accent, so up to two bytes may stand before each.
constexpr std::string_view kOtherForms = "([^/]?[^/]?[^\x01-\x7f])+";

// Whether another spelling of these characters may be plain ASCII (`ss` for the sharp s).
bool folds_to_ascii(std::string_view bytes) {
  constexpr std::string_view kFolding[] = {
      kSharpS, kCapitalSharpS, "\xc5\xbf", "\xe2\x84\xaa", "\xef\xac", "\xcd\xbe", "\xe1\xbf\xaf",
  };
  return find_invalid_utf8(bytes) != std::string_view::npos ||
         std::any_of(std::begin(kFolding), std::end(kFolding), [&](std::string_view one) {
           return bytes.find(one) != std::string_view::npos;
         });
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

std::string both_cases(char c) {
  if (!is_letter(c)) return regex_of(std::string_view(&c, 1));
  const char small = lower(c);
  return {'[', small, static_cast<char>(small - 32), ']'};
}

// So many letters `s`, two of which may be one sharp s, and no fewer.
constexpr size_t kLongestRun = 6;
std::string run_of_s(size_t letters) {
  if (letters == 0) return "";
  if (letters == 1) return "[sS]";
  const std::string sharp = "(" + std::string(kSharpS) + "|" + std::string(kCapitalSharpS) + ")";
  if (letters == 2) {
    return "([sS][sS]|" + std::string(kSharpS) + "|" + std::string(kCapitalSharpS) + ")";
  }
  return "([sS]" + run_of_s(letters - 1) + "|" + sharp + run_of_s(letters - 2) + ")";
}

std::string literal_regex(std::string_view bytes, bool any_spelling) {
  if (!any_spelling) return regex_of(bytes);
  std::string out;
  for (size_t at = 0; at < bytes.size();) {
    // An accent may be a character of its own after its letter, or one with it.
    const bool accent_next = at + 1 < bytes.size() && !is_ascii(bytes[at + 1]);
    if (!is_ascii(bytes[at]) || accent_next) {
      const size_t from = at;
      if (is_ascii(bytes[at])) ++at;
      while (at < bytes.size() && !is_ascii(bytes[at])) ++at;
      const std::string_view other =
          folds_to_ascii(bytes.substr(from, at - from)) ? "[^/]*" : kOtherForms;
      if (!out.ends_with(other)) out += other;
      continue;
    }
    size_t run = at;
    while (run < bytes.size() && lower(bytes[run]) == 's' &&
           (run + 1 == bytes.size() || is_ascii(bytes[run + 1]))) {
      ++run;
    }
    if (run - at >= 2) {
      // Longer runs in pieces: no name has them, and the expression doubles with every few letters.
      const size_t piece = std::min(run - at, kLongestRun);
      out += run_of_s(piece);
      at += piece;
      continue;
    }
    out += both_cases(bytes[at++]);
  }
  return out;
}

// Members of a class that mean something there are spelt as alternatives instead, where that works.
std::string class_members(const ByteSet& set, bool negated) {
  std::string ranges;
  for (unsigned b = 1; b < 0x80; ++b) {
    const char c = static_cast<char>(b);
    if (!set.test(b) || std::string_view("]^-\\[/").find(c) != std::string_view::npos) continue;
    unsigned last = b;
    while (last + 1 < 0x80 && set.test(last + 1) &&
           std::string_view("]^-\\[/").find(static_cast<char>(last + 1)) ==
               std::string_view::npos) {
      ++last;
    }
    ranges += c;
    if (last > b + 1) ranges += '-';
    if (last > b) ranges += static_cast<char>(last);
    b = last;
  }
  if (!negated) return ranges;
  // `]` first, `-` last, a doubled backslash: one meaning whether or not it quotes in a class.
  std::string out = set.test(']') ? "]" : "";
  out += ranges;
  if (set.test('\\')) out += "\\\\";
  out += "/";
  if (set.test('^')) out += "^";
  if (set.test('[')) out += "[";
  if (set.test('-')) out += "-";
  return out;
}

std::string class_regex(ByteSet set, bool any_spelling) {
  // `[!a]` names everything else, `A` included, and does not mean `a` by that.
  if (any_spelling && !set.test(0x80)) {
    for (unsigned c = 'a'; c <= 'z'; ++c) {
      if (set.test(c) || set.test(c - 32)) set.set(c).set(c - 32);
    }
  }
  if (set.test(0x80)) {  // all bytes from 0x80 up, by the invariant of ByteSet
    return "[^" + class_members(~set, true) + "]";
  }
  std::vector<std::string> alternatives;
  const std::string members = class_members(set, false);
  if (!members.empty()) alternatives.push_back("[" + members + "]");
  for (const char c : std::string_view("]^-\\[")) {
    if (set.test(static_cast<unsigned char>(c))) {
      alternatives.push_back(regex_of(std::string_view(&c, 1)));
    }
  }
  if (alternatives.size() == 1) return alternatives[0];
  std::string out = "(";
  for (const std::string& one : alternatives) out += (out.size() > 1 ? "|" : "") + one;
  return out + ")";
}

std::string component_regex(const NameGlob& name, bool any_spelling) {
  if (name.atoms.size() == 1 && std::holds_alternative<AnyRun>(name.atoms[0])) return "[^/]+";
  std::string out;
  for (const NameAtom& atom : name.atoms) {
    if (const auto* literal = std::get_if<Literal>(&atom)) {
      out += literal_regex(literal->bytes, any_spelling);
    } else if (const auto* set = std::get_if<ByteSet>(&atom)) {
      out += class_regex(*set, any_spelling);
    } else {
      out += "[^/]*";
    }
  }
  return out;
}

std::vector<std::string> pieces_of(const SpelledGlob& spelled) {
  const std::vector<Component>& components = spelled.glob.components;
  if (components.empty()) return {"/", "$"};
  std::vector<std::string> pieces;
  for (size_t i = 0; i < components.size(); ++i) {
    if (const auto* name = std::get_if<NameGlob>(&components[i])) {
      const bool any = i >= spelled.any_spelling_from || has_unicode(*name);
      pieces.push_back("/" +
                       component_regex(*name, any && spelled.any_spelling_from != kAsSpelled));
    } else if (i + 1 < components.size()) {
      pieces.emplace_back("(/[^/]+)*");
    } else {
      // "/**" is every path; its piece is not that of "/" alone, which would take its place.
      pieces.emplace_back(i == 0 ? "/.*" : "($|/)");
      return pieces;
    }
  }
  pieces.emplace_back("$");
  return pieces;
}

struct Trie {
  std::vector<std::string> next;  // in order of arrival
  std::vector<Trie> below;        // of the same index

  void add(const std::vector<std::string>& pieces, size_t at) {
    if (at == pieces.size()) return;
    for (size_t i = 0; i < next.size(); ++i) {
      if (next[i] == pieces[at]) return below[i].add(pieces, at + 1);
    }
    next.push_back(pieces[at]);
    below.emplace_back().add(pieces, at + 1);
  }

  // The alternatives from here on, each at most `budget` long when it can be split at all.
  std::vector<std::string> expressions(size_t budget) const {
    std::vector<std::string> out;
    for (size_t i = 0; i < next.size(); ++i) {
      const std::string& piece = next[i];
      const size_t left = budget > piece.size() + 2 ? budget - piece.size() - 2 : 0;
      const std::vector<std::string> tails = below[i].expressions(left);
      if (tails.empty()) out.push_back(piece);
      for (const std::string& group : grouped(tails, left)) out.push_back(piece + group);
    }
    return out;
  }

  static std::vector<std::string> grouped(const std::vector<std::string>& tails, size_t budget) {
    if (tails.size() == 1) return tails;
    std::vector<std::string> groups;
    std::string open;
    size_t members = 0;
    const auto close = [&] {
      if (members > 0) groups.push_back(members == 1 ? open : "(" + open + ")");
      open.clear();
      members = 0;
    };
    for (const std::string& tail : tails) {
      if (members > 0 && open.size() + tail.size() + 3 > budget) close();
      open += (members > 0 ? "|" : "") + tail;
      ++members;
    }
    close();
    return groups;
  }
};

}  // namespace

bool has_unicode(const NameGlob& name) {
  return std::any_of(name.atoms.begin(), name.atoms.end(), [](const NameAtom& atom) {
    const auto* literal = std::get_if<Literal>(&atom);
    return literal != nullptr &&
           !std::all_of(literal->bytes.begin(), literal->bytes.end(), is_ascii);
  });
}

std::vector<std::string> path_regexes(const std::vector<SpelledGlob>& globs) {
  Trie trie;
  for (const SpelledGlob& glob : globs) trie.add(pieces_of(glob), 0);
  std::vector<std::string> out;
  for (const std::string& one : trie.expressions(kMaxLiteral - 2)) out.push_back("^" + one);
  return out;
}

std::string name_regex(const NameGlob& name) {
  std::string out = "^";
  for (const NameAtom& atom : name.atoms) {
    if (const auto* literal = std::get_if<Literal>(&atom)) {
      out += regex_of(literal->bytes);
    } else if (const auto* set = std::get_if<ByteSet>(&atom)) {
      out += class_regex(*set, false);
    } else {
      out += "[^/]*";
    }
  }
  return out + "$";
}

PathGlob any_spelling(const PathGlob& glob) {
  PathGlob out;
  for (const Component& component : glob.components) {
    const auto* name = std::get_if<NameGlob>(&component);
    if (name == nullptr) {
      out.components.push_back(component);
      continue;
    }
    NameGlob loose;
    for (const NameAtom& atom : name->atoms) {
      if (const auto* literal = std::get_if<Literal>(&atom)) {
        std::string bytes = literal->bytes;
        std::transform(bytes.begin(), bytes.end(), bytes.begin(), lower);
        loose.atoms.emplace_back(Literal{std::move(bytes)});
      } else if (const auto* set = std::get_if<ByteSet>(&atom)) {
        ByteSet folded = *set;
        for (unsigned c = 'a'; c <= 'z'; ++c) {
          if (set->test(c - 32)) folded.set(c);
        }
        loose.atoms.emplace_back(folded);
      } else {
        loose.atoms.push_back(atom);
      }
    }
    if (has_unicode(*name)) loose = NameGlob{{AnyRun{}}};
    out.components.emplace_back(std::move(loose));
  }
  return out;
}

}  // namespace sbxc::seatbelt
