// One probe, whole: what it needs, the control outside, the attempt inside, the verdict. In a
// process of its own (runner.cc).
#pragma once

#include <string>

#include "conformance/suite/manifest.h"
#include "conformance/suite/runner.h"

namespace sbxc::conform {

// Stages are made in `directory`, which must be there. A fault only when interrupted.
Result<ProbeOutcome> run_probe(const ManifestEntry& entry, const Settings& settings,
                               const std::string& directory);

}  // namespace sbxc::conform
