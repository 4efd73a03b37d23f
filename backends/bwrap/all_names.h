// What is missing from a directory, by its listing: one look instead of one for each of hundreds of
// names. A listing tells that only on file systems that list whatever can be opened (not on /proc,
// automounted and remote ones), and where names are compared by their bytes: a directory that takes
// `.SSH` for `.ssh` (ext4's casefold, XFS's ascii-ci) is found out by asking it for a name of its
// own in other letters. Names beyond ASCII may also be equal to others by their normal form.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace sbxc::bwrap {

// Of a directory with these names (sorted), that can be asked whether a name is missing; false also
// when there is none to ask for.
bool tells_letters_apart(const std::vector<std::string>& names,
                         const std::function<bool(const std::string&)>& is_missing);

}  // namespace sbxc::bwrap
