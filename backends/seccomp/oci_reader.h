// Reads a seccomp profile of the OCI world into what a filter shall answer: the `linux.seccomp`
// object of the runtime specification, and the richer form of Docker and containers-common with
// `includes` and `excludes`. For reading our own profile back, and for measuring on real ones.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "backends/seccomp/program.h"

namespace sbxc::seccomp {

// Without capabilities, and with a kernel new enough for every entry. Names that the tables do not
// have are skipped, as runtimes do.
tl::expected<SyscallProgram, std::string> read_oci_profile(std::string_view json, Arch arch);

}  // namespace sbxc::seccomp
