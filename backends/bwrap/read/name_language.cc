#include "backends/bwrap/read/name_language.h"

#include "compiler/automata/domains.h"
#include "compiler/automata/minimise.h"
#include "compiler/decisions/path_language.h"

namespace sbxc::bwrap_read {

using automata::Bounded;
using automata::Budget;
using automata::determinise;
using automata::Dfa;
using automata::Label;
using automata::Mark;
using automata::Marks;
using automata::minimise;
using automata::Nfa;
using automata::plain_names;

Bounded<Dfa> names_language(const std::vector<NameRule>& one, const std::vector<NameRule>& other,
                            const Budget& budget) {
  Nfa nfa;
  GlobLanguage globs(nfa);
  std::vector<NameRule> all = one;
  all.insert(all.end(), other.begin(), other.end());
  for (uint32_t i = 0; i < all.size(); ++i) {
    for (const NameGlob& glob : all[i].names) globs.add(glob, Mark{2 * i});
    for (const NameGlob& glob : all[i].except) globs.add(glob, Mark{2 * i + 1});
  }
  const auto label = [&](Marks marks) {
    bool allowed[2]{};
    bool denied[2]{};
    for (size_t i = 0; i < marks.size(); ++i) {
      const auto mark = static_cast<uint32_t>(marks[i]);
      if (mark % 2 == 1) continue;
      if (i + 1 < marks.size() && static_cast<uint32_t>(marks[i + 1]) == mark + 1) continue;
      const size_t side = mark / 2 < one.size() ? 0 : 1;
      (all[mark / 2].effect == Effect::allow ? allowed : denied)[side] = true;
    }
    return Label{1U + (allowed[0] && !denied[0] ? 1U : 0U) + (allowed[1] && !denied[1] ? 2U : 0U)};
  };
  Bounded<Dfa> dfa = determinise(nfa, {.label = label}, plain_names(), budget);
  if (!dfa) return dfa;
  return minimise(*dfa);
}

}  // namespace sbxc::bwrap_read
