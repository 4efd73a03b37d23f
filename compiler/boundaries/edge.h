// Texts at the edge of patterns, made from their parts. Whether one is inside is not known here:
// `*` may take what was meant to be too long, and another glob of the pattern may hold it too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/pattern/host_pattern.h"
#include "compiler/pattern/path_glob.h"
#include "compiler/policy/policy.h"

namespace sbxc {

template <typename T>
struct Edge {
  T at;
  std::string where;
};
using TextEdge = Edge<std::string>;
using HostEdge = Edge<HostRequest>;

// The shortest name that the glob holds comes first. With `/` in some of them, where `*` stands.
std::vector<TextEdge> name_edges(const NameGlob& glob);

// Canonical paths at or below `place`, which is one too: nothing when the glob leads elsewhere.
std::vector<TextEdge> path_edges(const PathGlob& glob, std::string_view place);

std::vector<HostEdge> host_edges(const Policy& policy, const ConnectPattern& pattern);
std::vector<HostEdge> host_edges(const ListenPattern& pattern);

}  // namespace sbxc
