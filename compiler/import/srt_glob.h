// srt's patterns as patterns of this language. Theirs are regular expressions over the whole path,
// in which `**` is `.*` wherever it stands and a set may hold a slash; ours are lists of names.
// Each of theirs is a union of ours, built name by name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/pattern/path_glob.h"

namespace sbxc::import {

bool has_glob_characters(std::string_view text);  // `*` `?` `[` `]`

struct DialectGlobs {
  std::vector<PathGlob> globs;
  bool one_byte_each = false;  // a `?` or a set: one byte here, one character there
};

// `tail` is what follows the directory `base` and a slash. Nothing when the union is too large, or
// when the pattern can match no path (a slash at its end).
std::optional<DialectGlobs> dialect_globs(const std::string& base, std::string_view tail);

// The names of a path, each as itself. A byte that a policy's text cannot show becomes `?`:
// `exact` is false then, and the glob matches more.
struct LiteralGlob {
  PathGlob glob;
  bool exact = true;
};
LiteralGlob literal_glob(std::string_view path);

}  // namespace sbxc::import
