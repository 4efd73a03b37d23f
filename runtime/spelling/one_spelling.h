// Whether a name has one spelling in a directory. Where `.GIT` opens what `.git` names (the drives
// of Windows under WSL, memory sticks, network drives, a directory with the casefold flag) a denied
// name has more spellings than a rule has, and neither a mask nor the broker would hold it.
//
// Found out by trying, for many file systems can be either: a name that is there, written with one
// letter of the other case, must not be there, or be a name of its own. Only an empty directory is
// judged by what its file system is.
//
// Not here: a directory with the casefold flag below one without it, in which the broker allows
// nothing (runtime/broker/spelled_judge.h), and Unicode forms, which go with case wherever known.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bwrap/plan.h"

namespace sbxc::spelling {

enum class Spelling { one, many, unknown };

struct NamesInDirectory {
  std::vector<std::string> some;                         // the first few that are listed
  std::function<bool(const std::string&)> can_be_found;  // by this spelling
  std::function<bool(const std::string&)> is_listed;     // in exactly this spelling
};
Spelling spelling_in(const NamesInDirectory& names);
Spelling spelling_in(const std::string& directory);

// What is mounted somewhere below, by the text of /proc/self/mountinfo; not what is far away (NFS),
// which may keep us waiting.
std::vector<std::string> mounted_below(std::string_view mountinfo, const std::string& directory);

// The first directory that the plan shows, or mount below one, in which something is denied by name
// and names have many spellings.
std::optional<std::string> misspellable(const bwrap::BwrapPlan& plan);

}  // namespace sbxc::spelling
