// What a probe's process hands over to the one that collects: an outcome without the probe itself,
// which both know. Never kept, never sent further: both ends are one program.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "conformance/suite/outcome.h"

namespace sbxc::conform {

std::string outcome_bytes(const ProbeOutcome& outcome);
// Nothing when the bytes are not whole. `probe` is filled in by the caller.
std::optional<ProbeOutcome> outcome_of_bytes(std::string_view bytes);

}  // namespace sbxc::conform
