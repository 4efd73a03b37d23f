// `sbxc explain --profile FILE.sb OP TARGET`: what any Seatbelt profile says, asked in Seatbelt's
// own terms.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/console.h"
#include "compiler/driver/exit_codes.h"

namespace sbxc::driver {

struct ExplainProfileOptions {
  std::string path;  // "-" is standard input
  std::string operation;
  std::string target;                    // "-" when the operation is about nothing
  std::vector<std::string> defines;      // NAME=VALUE, as sandbox-exec -D takes them
  std::vector<std::string> import_dirs;  // where imports are looked for, first hit wins
  std::string vnode_type;                // REGULAR-FILE, DIRECTORY …; empty: not said
  std::vector<std::string> extensions;   // that the process holds
  bool nothing_else = false;             // what is not said does not hold
  std::string format = "text";           // text, json
};

// 0 allow, 2 deny, 3 the profile would not compile or the question is none, 5 it depends on
// something unknown or the profile is not understood.
Exit run_explain_profile(const ExplainProfileOptions& options, Console& console);

}  // namespace sbxc::driver
