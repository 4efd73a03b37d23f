// What a path's first component leads to on every Mac: `/tmp`, `/var`, `/etc` and `/home` are
// links, and Seatbelt compares the path they lead to, never the one that was asked for.
#pragma once

#include <vector>

#include "compiler/pattern/path_glob.h"

namespace sbxc::seatbelt {

// The glob of the place that is meant: `/tmp/x` becomes `/private/tmp/x`.
PathGlob canonical(const PathGlob& glob);

// For messages: `/home/u` again, where the place behind that link is nobody's spelling.
std::string as_a_person_writes(std::string_view path);

// The links themselves: going through one asks for its own attributes.
const std::vector<std::string>& root_links();

}  // namespace sbxc::seatbelt
