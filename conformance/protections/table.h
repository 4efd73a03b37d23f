// Which attempts need which protection: protections.toml, beside this. For each protection one
// entry or several (one way may be root's, the other an ordinary user's):
//
//   [[needs]]
//   protection = "ipc_namespace"      # of runtime/protections/protections.def
//   probes = ["IPC-001"]              # each must be blocked with it and escape without
//   besides = ["filter_keyring"]      # further walls before the same thing, off in both cases
//   account = "root"                  # who can see the difference; everybody if absent
//   machine = "Landlock ABI 6"        # what a machine needs to have for it (protections_test.cc)
//   rules = ["allow socket $cwd/x"]   # added to std/agent, on both sides
//   why = "…"                         # what is to be said of it
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/fault.h"

namespace sbxc::conform {

struct ProtectionEntry {
  std::string protection;
  std::vector<std::string> probes;
  std::vector<std::string> besides;
  std::string account;
  std::string machine;
  std::vector<std::string> rules;
  std::string why;
};

Result<std::vector<ProtectionEntry>> read_protections(const std::string& name,
                                                      std::string_view text);

// docs/protections.md between its marks: every protection, and what needs it.
std::string protections_table(const std::vector<ProtectionEntry>& entries);

}  // namespace sbxc::conform
