// Names of variables: which of them one list of rules lets pass (bit 1), and which another (bit 2).
#pragma once

#include <vector>

#include "compiler/automata/determinise.h"
#include "compiler/policy/policy.h"

namespace sbxc::bwrap_read {

struct NameRule {
  Effect effect{};
  std::vector<NameGlob> names;
  std::vector<NameGlob> except;
};

// The label of a name is one plus its bits.
automata::Bounded<automata::Dfa> names_language(const std::vector<NameRule>& one,
                                                const std::vector<NameRule>& other,
                                                const automata::Budget& budget);

}  // namespace sbxc::bwrap_read
