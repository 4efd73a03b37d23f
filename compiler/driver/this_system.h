// Which of the two systems this program is for.
#pragma once

#include "compiler/policy/operation.h"

namespace sbxc::driver {

#if defined(__APPLE__)
inline constexpr Os kThisSystem = Os::macos;
#else
inline constexpr Os kThisSystem = Os::linux;
#endif

}  // namespace sbxc::driver
