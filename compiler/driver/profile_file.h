// A Seatbelt profile from a file of anybody's, with what it imports, and what is said when it
// cannot be had.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "backends/seatbelt/read/profile.h"
#include "compiler/driver/exit_codes.h"

namespace sbxc::driver {

struct RefusedProfile {
  std::string message;
  std::string help;
  Exit status{};  // bad_input: macOS refuses it; over_budget: what it means is not known
};

struct ProfileFile {
  std::string name;                      // as the user named it
  std::vector<std::string> defines;      // NAME=VALUE, as sandbox-exec -D takes them
  std::vector<std::string> import_dirs;  // where imports are looked for, first hit wins
};

tl::expected<sbpl::Profile, RefusedProfile> read_profile(std::string_view text,
                                                         const ProfileFile& file);

// `app.sb:12`, or the import's name and line.
std::string name_of(const sbpl::Place& place, const std::string& file);

}  // namespace sbxc::driver
