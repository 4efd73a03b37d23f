// What the command line says of the commands that act on this machine: `run`, `proxy`, `doctor`.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/policy_options.h"

namespace sbxc::driver {

// How connections leave, wherever they come from.
struct EgressOptions {
  std::string ask_command;         // a program to ask; empty: none
  std::string upstream;            // http://host:port; empty: none
  std::string upstream_auth_file;  // holds `user:password`; empty: none
};

struct RunOptions {
  PolicyOptions policy;
  std::vector<std::string> command;
  bool quiet = false;
  bool dry_run = false;
  EgressOptions egress;
  std::string audit;            // a file for one JSON object a line; empty: none
  std::string format = "text";  // of --dry-run: text, json
};

struct ProxyOptions {
  PolicyOptions policy;  // its path is empty when `table` is given
  std::string table;
  std::vector<std::string> listen;  // 127.0.0.1:8080
  std::vector<std::string> unix_sockets;
  std::vector<std::string> token_files;
  EgressOptions egress;
  std::string audit;    // empty: none
  std::string metrics;  // 127.0.0.1:9100, or a path; empty: none
  int drain = 10;       // seconds
  bool quiet = false;
};

struct DoctorOptions {
  PolicyOptions policy;         // its path is empty when none was given
  std::string format = "text";  // text, json
};

}  // namespace sbxc::driver
