// Two automata walked side by side: what one says where the other says something else. Only pairs
// that a word reaches are built.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "compiler/automata/determinise.h"
#include "compiler/automata/dfa.h"

namespace sbxc::automata {

using Join = std::function<Label(Label, Label)>;
Bounded<Dfa> product(const Dfa& a, const Dfa& b, const Join& join, const Budget& budget);

// Another label for every label.
Dfa relabel(const Dfa& dfa, const std::function<Label(Label)>& to);

using Differs = std::function<bool(Label, Label)>;
// A shortest word, the most readable of those, whose two labels differ in the given way; none when
// there is no such word. The pairs walked are bounded by both sizes multiplied, and by `budget`.
Bounded<std::optional<std::string>> shortest_difference(const Dfa& a, const Dfa& b,
                                                        const Differs& differs,
                                                        const Budget& budget);
// By structure after minimisation, so without a walk.
bool equivalent(const Dfa& a, const Dfa& b);

}  // namespace sbxc::automata
