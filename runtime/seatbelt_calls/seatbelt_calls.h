// What only macOS has: to apply a profile to this process, and to find every process that a profile
// was applied to. The functions are in libSystem and in no public header; they are what browsers,
// build systems and package managers use.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbxc::seatbelt {

using Parameters = std::vector<std::pair<std::string, std::string>>;

// For this process and all that it becomes and starts, for ever. False: nothing was applied, and
// `why` is the system's reason (a line of the profile, or that there is a sandbox already).
bool apply(const std::string& profile, const Parameters& parameters, std::string& why);

// Every process of this user whose profile allows looking up the service `looked_up` and not
// `hidden`: see runtime/seatbelt_plan. Not this process.
std::vector<pid_t> processes_with(std::string_view looked_up, std::string_view hidden);

}  // namespace sbxc::seatbelt
