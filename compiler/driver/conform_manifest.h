// The manifest of the suite as this program carries it.
#pragma once

#include <vector>

#include "conformance/suite/manifest.h"

namespace sbxc::driver {

struct Manifest {
  conform::StagePlan plan;
  std::vector<conform::ManifestEntry> entries;
  std::vector<conform::ExpectedEntry> expected;
};

// A fault is a mistake in the manifest, which a test finds before anybody else does.
conform::Result<Manifest> embedded_manifest();

}  // namespace sbxc::driver
