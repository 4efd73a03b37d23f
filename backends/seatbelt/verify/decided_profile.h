// Any Seatbelt profile in the terms of the policy language: for each operation of the language what
// the profile decides of every request, as values that decisions/compare.h compares with a policy's
// or another profile's. What depends on something unknown (entitlements, extensions that the
// process may hold) has the label of `ask`: wider than deny, narrower than allow.
//
// Paths are those of files of one type. What is below `/tmp`, `/var`, `/etc` and `/home` macOS
// never asks about, so it is denied here; hold a policy against this only as it is spelt on macOS
// (mac_spelling.h). `connect` is TCP: this machine by its loopback addresses and `localhost`, and
// everything else, which Seatbelt does not tell apart.
#pragma once

#include <string>
#include <vector>

#include "backends/seatbelt/read/explain.h"
#include "compiler/decisions/decisions.h"

namespace sbxc::sbpl {

// Several operations of Seatbelt carry one of the language's: `seatbelt` says which this is.
struct DecidedOperation {
  Operation operation{};  // read, write, exec, socket, mach, connect
  std::string seatbelt;   // `file-read-data`
  bool main = true;  // false: `file-read-metadata`, `file-write-create` … beside the main one
  Decided decided;
};

struct DecideOptions {
  std::string vnode_type = "REGULAR-FILE";
  bool nothing_else = false;  // as in QuestionOptions: no extensions are held
  automata::Budget budget{};
};

// In a fixed order, the main one of each operation before its others.
Budgeted<std::vector<DecidedOperation>> decided_profile(const Profile& profile,
                                                        const DecideOptions& options = {});

// The verdict on one request, and the lines that decide it or may: explain.h.
Explanation explain(const Profile& profile, const DecidedOperation& operation,
                    const sbxc::Request& request, const DecideOptions& options = {});

}  // namespace sbxc::sbpl
