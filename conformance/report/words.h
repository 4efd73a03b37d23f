// The words and measures that all forms of a report share.
#pragma once

#include <string>
#include <string_view>

#include "compiler/diag/printable.h"
#include "conformance/suite/outcome.h"

namespace sbxc::conform {

std::string counted(size_t count, std::string_view one);  // `1 probe`, `2 probes`
std::string counted(size_t count, std::string_view one, std::string_view many);
std::string seconds(Milliseconds time);  // `0.4 s`

// As printable(), with the ends of lines left in.
std::string printable_lines(std::string_view bytes);

std::string account_words(const Account& account);  // `root`, `uid 1000 (name)`
// What a policy has to say of a probe's requests, for it to mean anything: `must be denied`.
std::string_view demand_on(const Probe& probe);
std::string sandbox_words(const Sandbox& sandbox);  // `sbxc 0.1.0`
// `sbxc 0.1.0 under agent.sbx`: what was tried to break out of.
std::string subject_of(const Run& run);
// `Linux 6.18.0 x86_64, as root`; what decided where it was a model.
std::string machine_of(const Run& run);

}  // namespace sbxc::conform
