// What this machine has of what probes need, found out by trying.
#pragma once

#include <string>
#include <vector>

#include "conformance/suite/outcome.h"

namespace sbxc::conform {

std::string this_system();  // `linux`, `macos`
std::string this_kernel();  // `Linux 6.18.0 x86_64`
Account this_account();
const std::vector<Feature>& features_here();

// Why this machine or account does not have it, for a person; empty: it does. `root`, `user`,
// `program:NAME`, `feature:NAME`, `arch:NAME`.
std::string missing_need(const std::string& need);
bool is_need(const std::string& need);

}  // namespace sbxc::conform
