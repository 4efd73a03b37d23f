// What is shipped.
#include "runtime/protections/protections.h"

namespace sbxc::protections {

bool is_on(Protection) noexcept { return true; }

}  // namespace sbxc::protections
