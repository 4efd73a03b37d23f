// What the command line says of `sbxc conform`.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/policy_options.h"

namespace sbxc::driver {

struct ConformOptions {
  PolicyOptions policy;           // its path is empty when none was given: std/agent
  std::string sandbox;            // a name, words, or an adapter's file; empty: sbxc itself
  std::vector<std::string> only;  // globs of ids
  std::string shard;              // 2/5
  unsigned jobs = 0;              // 0: as many as there are processors
  std::string format = "text";
  std::string output;              // a file; empty: standard output
  std::vector<std::string> write;  // further reports: `html=report.html`
  std::string fail_on = "escaped";
  std::string no_worse_than;  // a file that --format json wrote
  std::string model;          // seatbelt
  bool list = false;
  bool verbose = false;
};

}  // namespace sbxc::driver
