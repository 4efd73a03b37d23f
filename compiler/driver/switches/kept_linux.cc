// What is shipped.
#include "backends/seccomp/seccomp.h"
#include "compiler/driver/switches/switches_linux.h"

namespace sbxc::driver {

std::string filter_to_load(const Policy& policy, Arch arch) { return seccomp_filter(policy, arch); }

void before_the_start_of(launch::Launch&) {}
void before_the_walls_of(launch::Launch&) {}

}  // namespace sbxc::driver
