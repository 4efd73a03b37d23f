// Names that lead somewhere, as globs: `*.pem`, `id_*`, `[a-f]?`. A walk over the automaton of one
// name that writes down its way: a byte, a class, `?` for a step that any usual byte takes, and `*`
// where usual bytes come to rest. What it writes is a guess that others check: a run of bytes may
// also take an unusual way.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/automata/components.h"

namespace sbxc::automata {

struct FoundName {
  NameGlob glob;
  std::string word;  // one that it holds
  State end{};       // where the word leads
};

inline constexpr size_t kFewBytes = 3;

struct FoundNames {
  std::vector<FoundName> names;
  size_t ways = 0;  // that were walked
};

using Goal = std::function<bool(State)>;
// Shortest first. `inside` are the states of names from `names`.
FoundNames names_to(const Components& set, State names, const std::vector<State>& inside,
                    const Goal& goal);
// The globs `*` and `[!abc]*` of what usual names do.
std::vector<FoundName> usual_names(const Components& set, State names);

}  // namespace sbxc::automata
