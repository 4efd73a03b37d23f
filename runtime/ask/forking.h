// What a forked child needs before it does something else: pipes to its starter, and nobody else's
// descriptors. close_all_but() is safe between fork and exec.
#pragma once

#include <array>

#include "runtime/descriptor/descriptor.h"

namespace sbxc::ask {

struct Pipe {
  Descriptor out{};  // read here
  Descriptor in{};   // write here
};

// Both ends closed on exec; none open when there are no more descriptors.
Pipe make_pipe();

// Negative numbers mean nothing.
void close_all_but(std::array<int, 3> kept);

}  // namespace sbxc::ask
