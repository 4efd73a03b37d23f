// Removes a tree that was made to be hard to remove: closed directories, immutable files.
#pragma once

#include <string>

namespace sbxc::conform {

void remove_tree(const std::string& path);

}  // namespace sbxc::conform
