// Spelling: docs/language.md, "Patterns". In a name every metacharacter is escaped; `#`, `~` and
// `@` are special at a word's start alone, where a path has its slash. A class lists ranges,
// negated when it has the bytes from 0x80 up, since a class of the language has all of them or
// none.
#include "compiler/automata/glob.h"

#include <algorithm>
#include <string_view>

#include "compiler/automata/domains.h"

namespace sbxc::automata {

namespace {

bool is_special(char c) {
  constexpr std::string_view kSpecial = "*?[{},\\$\"= \t\r\n";
  return kSpecial.find(c) != std::string_view::npos;
}

void append_text(std::string& out, const std::string& bytes) {
  for (const char c : bytes) {
    const bool special_at_start = c == '#' || c == '~' || c == '@';
    if (special_at_start ? out.empty() : is_special(c)) out += '\\';
    out += c;
  }
}

void append_member(std::string& out, unsigned byte) {
  const char c = static_cast<char>(byte);
  const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '_' || c == '.' || byte >= 0x80;
  if (!plain) out += '\\';
  out += c;
}

std::string class_text(const Bytes& bytes, const Bytes& every) {
  if (bytes == every) return "?";
  const bool negated = bytes.test(0xFF);
  const Bytes members = negated ? every & ~bytes : bytes;
  std::string out = negated ? "[!" : "[";
  for (unsigned low = 0; low < 256; ++low) {
    if (!members.test(low)) continue;
    unsigned high = low;
    while (high < 255 && members.test(high + 1)) ++high;
    append_member(out, low);
    if (high > low + 1) out += '-';
    if (high > low) append_member(out, high);
    low = high;
  }
  return out + "]";
}

void append_name(std::string& out, const NameGlob& name, GlobKind kind) {
  for (const GlobAtom& atom : name.atoms) {
    if (const auto* bytes = std::get_if<std::string>(&atom)) {
      append_text(out, *bytes);
    } else if (const auto* set = std::get_if<Bytes>(&atom)) {
      out += class_text(*set, name_bytes(kind));
    } else {
      out += '*';
    }
  }
}

NfaState add_name(Nfa& nfa, NfaState from, const NameGlob& name, const Bytes& every) {
  for (const GlobAtom& atom : name.atoms) {
    if (const auto* bytes = std::get_if<std::string>(&atom)) {
      from = nfa.add_word(from, *bytes);
    } else if (const auto* set = std::get_if<Bytes>(&atom)) {
      const NfaState to = nfa.add_state();
      nfa.add_edge(from, *set, to);
      from = to;
    } else {
      const NfaState loop = nfa.add_state();
      nfa.add_epsilon(from, loop);
      nfa.add_edge(loop, every, loop);
      from = loop;
    }
  }
  return from;
}

void add_path(Nfa& nfa, const Glob& glob, Mark mark) {
  const Bytes& every = name_bytes(glob.kind);
  NfaState at = nfa.add_state();
  nfa.add_start(at);
  const bool holds_root = std::none_of(glob.components.begin(), glob.components.end(),
                                       [](const auto& component) { return component.has_value(); });
  if (holds_root) nfa.add_mark(nfa.add_word(at, "/"), mark);
  for (const std::optional<NameGlob>& component : glob.components) {
    if (component) {
      at = nfa.add_word(at, "/");
      const bool any = component->atoms.size() == 1 && component->ends_in_run();
      if (any) {  // a component is never empty, or `/*` would hold the root
        const NfaState begun = nfa.add_state();
        nfa.add_edge(at, every, begun);
        at = begun;
      }
      at = add_name(nfa, at, *component, every);
      continue;
    }
    const NfaState loop = nfa.add_state();
    const NfaState slash = nfa.add_word(loop, "/");
    const NfaState within = nfa.add_state();
    nfa.add_epsilon(at, loop);
    nfa.add_edge(slash, every, within);
    nfa.add_edge(within, every, within);
    nfa.add_epsilon(within, loop);
    at = loop;
  }
  nfa.add_mark(at, mark);
}

}  // namespace

void NameGlob::add(const std::string& text) {
  if (atoms.empty() || !std::holds_alternative<std::string>(atoms.back())) {
    atoms.emplace_back(text);
  } else {
    std::get<std::string>(atoms.back()) += text;
  }
}

void NameGlob::add_run() { atoms.emplace_back(AnyRun{}); }

void NameGlob::add(const Bytes& bytes) {
  if (bytes.count() != 1) {
    atoms.emplace_back(bytes);
    return;
  }
  unsigned only = 0;
  while (!bytes.test(only)) ++only;
  add(std::string(1, static_cast<char>(only)));
}

bool NameGlob::ends_in_run() const {
  return !atoms.empty() && std::holds_alternative<AnyRun>(atoms.back());
}

size_t Glob::literal_depth() const {
  const auto first = std::find_if(components.begin(), components.end(), [](const auto& component) {
    return !component || component->atoms.size() != 1 ||
           !std::holds_alternative<std::string>(component->atoms[0]);
  });
  return static_cast<size_t>(first - components.begin());
}

std::string text(const NameGlob& name, GlobKind kind) {
  std::string out;
  append_name(out, name, kind);
  return out;
}

std::string text(const Glob& glob) {
  std::string out;
  switch (glob.kind) {
    case GlobKind::name:
      append_name(out, *glob.components[0], glob.kind);
      return out;
    case GlobKind::abstract:
      out = "@";
      append_name(out, *glob.components[0], glob.kind);
      return out;
    case GlobKind::path:
      break;
  }
  for (const std::optional<NameGlob>& component : glob.components) {
    out += '/';
    if (component) {
      append_name(out, *component, glob.kind);
    } else {
      out += "**";
    }
  }
  return out.empty() ? "/" : out;
}

bool is_class(const Bytes& bytes) {
  static const Bytes high = [] {
    Bytes set;
    for (size_t i = 0x80; i < 256; ++i) set.set(i);
    return set;
  }();
  return bytes.any() && ((bytes & high).none() || (bytes & high) == high);
}

const Bytes& name_bytes(GlobKind kind) {
  static const Bytes name = all_but(std::string_view("/\0", 2));
  static const Bytes abstract = all_but(std::string_view("\0", 1));
  return kind == GlobKind::abstract ? abstract : name;
}

const Dfa& domain_of(GlobKind kind) {
  switch (kind) {
    case GlobKind::path:
      return canonical_paths();
    case GlobKind::name:
      return plain_names();
    case GlobKind::abstract:
      break;
  }
  return socket_names();
}

void add_glob(Nfa& nfa, const Glob& glob, Mark mark) {
  if (glob.kind == GlobKind::path) {
    add_path(nfa, glob, mark);
    return;
  }
  NfaState at = nfa.add_state();
  nfa.add_start(at);
  if (glob.kind == GlobKind::abstract) at = nfa.add_word(at, "@");
  nfa.add_mark(add_name(nfa, at, *glob.components[0], name_bytes(glob.kind)), mark);
}

}  // namespace sbxc::automata
