// How the readings of several entries lie to each other: which of them an exception belongs to.
#pragma once

#include <string>
#include <vector>

#include "compiler/import/srt_path.h"

namespace sbxc::import {

// Whether the entry holds `path`, itself or with a directory above it.
bool covers(const PathReading& entry, std::string path);

// A path of the shape that a pattern has: what is left open is filled with an `x`.
std::string sample(const PathGlob& glob);

// The part of `glob` that lies at or below the literal `directory`.
std::vector<PathGlob> within(const PathGlob& glob, const PathGlob& directory);

}  // namespace sbxc::import
