// One probe, whole: what it needs, the control outside, the attempt inside, the verdict. In a
// process of its own (runner.cc).
#pragma once

#include <string>

#include "conformance/suite/lasting_stage.h"
#include "conformance/suite/manifest.h"
#include "conformance/suite/runner.h"

namespace sbxc::conform {

// Where attempts take place.
struct Grounds {
  LastingStage outside;
  LastingStage inside;
};

// A stage with things of the probe's own is made in `directory`, which must be there, and goes with
// it. A fault only when interrupted.
Result<ProbeOutcome> run_probe(const ManifestEntry& entry, const Settings& settings,
                               const std::string& directory, Grounds& grounds);

}  // namespace sbxc::conform
