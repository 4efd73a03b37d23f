// Concrete requests that a pattern matches: all of them where they are few, else some that a person
// would recognise. What is found with a sample is true; what is not found is not proved.
#pragma once

#include <vector>

#include "compiler/policy/policy.h"

namespace sbxc {

struct Samples {
  std::vector<Request> requests;
  bool complete = false;  // no other request matches the pattern
};

Samples samples_of(const Policy& policy, Operation operation, const Pattern& pattern);

}  // namespace sbxc
