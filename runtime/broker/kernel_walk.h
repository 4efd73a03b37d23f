// One look-up by the kernel, in one call.
#pragma once

#include <cstdint>

#include "runtime/descriptor/descriptor.h"

namespace sbxc::broker {

// openat2() with `resolve` (RESOLVE_…): a descriptor, or -1 and errno.
int open_under(int directory, const char* path, int flags, uint64_t resolve);

bool is_on_proc(const Descriptor& object);

}  // namespace sbxc::broker
