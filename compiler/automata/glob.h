// A glob as globs_of builds it: components of atoms, its text in the policy language's spelling,
// and its language as an automaton. The parser of patterns is another room's; the tests hold the
// two to each other.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/automata/nfa.h"

namespace sbxc::automata {

struct AnyRun {
  bool operator==(const AnyRun&) const = default;
};
// Bytes: one byte of a set; the set of every byte that the kind of glob has is `?`.
using GlobAtom = std::variant<std::string, AnyRun, Bytes>;

enum class GlobKind {
  path,      // canonical paths: components behind slashes
  name,      // one name without `/`
  abstract,  // `@` and one name in which `/` is an ordinary byte
};

struct NameGlob {
  std::vector<GlobAtom> atoms;  // INVARIANT: no two texts and no two runs next to each other

  void add(const std::string& text);
  void add_run();
  void add(const Bytes& bytes);  // as text when it is one byte
  bool ends_in_run() const;
  bool operator==(const NameGlob&) const = default;
};

struct Glob {
  GlobKind kind = GlobKind::path;
  // None is `**`. INVARIANT: no two `**` next to each other; one component unless a path.
  std::vector<std::optional<NameGlob>> components{};

  bool ends_in_globstar() const { return !components.empty() && !components.back(); }
  // Leading components that are a text alone.
  size_t literal_depth() const;
  bool operator==(const Glob&) const = default;
};

std::string text(const Glob& glob);
std::string text(const NameGlob& name, GlobKind kind);
// Whether a class can be spelled with these bytes: a class has all or none from 0x80 up.
bool is_class(const Bytes& bytes);

// The bytes that `*` stands for.
const Bytes& name_bytes(GlobKind kind);
// The language that globs of a kind are read in.
const Dfa& domain_of(GlobKind kind);
// The words of `glob` get `mark`; words outside the domain may get it too.
void add_glob(Nfa& nfa, const Glob& glob, Mark mark);

}  // namespace sbxc::automata
