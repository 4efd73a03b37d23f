// Removes a tree that was made to be hard to remove: closed directories, immutable files, mounts.
// What the tree stands in is left as it is.
#pragma once

#include <string>

namespace sbxc::conform {

// An absolute path. Something may be left of it: what is mounted and may not be unmounted.
void remove_tree(const std::string& path);

}  // namespace sbxc::conform
