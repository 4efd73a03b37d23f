// Whether two policies say the same of an operation by the same rules in the same order. Then they
// decide it alike, and no automaton has to be built to know it: most of a policy stays as it is
// when it is changed.
#pragma once

#include "compiler/policy/policy.h"

namespace sbxc {

// False says nothing: other rules may mean the same, and rules on lists of hosts are not compared.
bool have_same_rules(const Policy& one, const Policy& other, Operation operation);

}  // namespace sbxc
