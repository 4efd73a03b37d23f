// The words that make an attempt: the probe program with its id and the scene, or a script with the
// scene as variables in front.
#pragma once

#include <string>
#include <vector>

#include "conformance/suite/manifest.h"
#include "conformance/suite/stage.h"

namespace sbxc::conform {

std::vector<std::string> attempt_words(const ManifestEntry& entry, const Stage& stage);

}  // namespace sbxc::conform
