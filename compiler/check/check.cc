#include "compiler/check/check.h"

namespace sbxc {

void check(const Policy&, Diagnostics&) {}

}  // namespace sbxc
