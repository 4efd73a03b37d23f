// Path globs as regular expressions of the dialect's safe subset: literals, classes of ASCII,
// groups,
// `|`, `*`, `+`, `?`, `^`, `$`. Never `.`, `{n}`, named classes or bytes from 0x80 in a class.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "compiler/pattern/path_glob.h"

namespace sbxc::seatbelt {

// From which component on every spelling counts that a case-insensitive volume takes for the same
// name: letters in either case, other Unicode forms. Before it, names stand as they are.
inline constexpr size_t kAsSpelled = static_cast<size_t>(-1);
struct SpelledGlob {
  PathGlob glob;
  size_t any_spelling_from = kAsSpelled;
};

// Together they match what any of the globs matches, on canonical paths. Globs that start alike
// share one expression; none is much longer than a string literal may be.
std::vector<std::string> path_regexes(const std::vector<SpelledGlob>& globs);

// A name that stands alone (a Mach service), anchored.
std::string name_regex(const NameGlob& name);

// Whether a component has a byte that is not ASCII: a volume may know it in two Unicode forms.
bool has_unicode(const NameGlob& name);
// The same glob with everything that other spellings could hide behind made a wildcard or a class.
// For asking whether two globs can meet, whatever the spelling.
PathGlob any_spelling(const PathGlob& glob);

}  // namespace sbxc::seatbelt
