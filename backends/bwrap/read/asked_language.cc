#include "backends/bwrap/read/asked_language.h"

#include <algorithm>

#include "backends/bwrap/read/role_language.h"
#include "compiler/automata/domains.h"
#include "compiler/automata/minimise.h"
#include "compiler/automata/product.h"
#include "compiler/decisions/decisions.h"
#include "compiler/decisions/path_language.h"

namespace sbxc::bwrap_read {
namespace {

using automata::Bounded;
using automata::Budget;
using automata::determinise;
using automata::Dfa;
using automata::kOutside;
using automata::Label;
using automata::Mark;
using automata::Marks;
using automata::minimise;
using automata::Nfa;
using automata::plain_names;

// The decisions on one operation, as the one bit that stands for it.
Bounded<Dfa> allowed_language(const Policy& policy, Operation operation, uint32_t bit,
                              const Budget& budget) {
  auto decided = decisions_of(policy, Os::linux, operation, budget);
  if (!decided) return tl::unexpected(automata::Overflow{.states = decided.error().states});
  return automata::relabel(std::get<Dfa>(*decided), [bit](Label label) {
    if (label == kOutside) return kOutside;
    return Label{1U + (effect_of(label) == Effect::allow ? bit : 0U)};
  });
}

}  // namespace

Bounded<Dfa> asked_language(const Policy& policy, const std::vector<Role>& roles,
                            const std::vector<std::string>& granted, const Budget& budget) {
  const Bounded<Dfa> parts[] = {allowed_language(policy, Operation::read, kRead, budget),
                                allowed_language(policy, Operation::write, kWrite, budget),
                                allowed_language(policy, Operation::exec, kExec, budget),
                                allowed_language(policy, Operation::socket, kSocket, budget),
                                restricting_language(policy, roles, budget),
                                allowing_language(policy, roles, granted, budget)};
  // What one of them calls no path is none: sockets have names that are not.
  const auto both = [](Label a, Label b) {
    if (a == kOutside || b == kOutside) return kOutside;
    return Label{1 + (bits_of(a) | bits_of(b))};
  };
  Bounded<Dfa> joint = parts[0];
  for (const Bounded<Dfa>& part : parts) {
    if (!joint) return joint;
    if (!part) return part;
    joint = automata::product(*joint, *part, both, budget);
  }
  return joint;
}

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
