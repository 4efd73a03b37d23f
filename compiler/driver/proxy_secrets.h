// Tokens and passwords from files. Never from the command line or the environment, which others may
// read; and from no file that others may read.
#pragma once

#include <string>
#include <vector>

#include "runtime/egress/egress.h"
#include "runtime/launch/failure.h"

namespace sbxc::driver {

// Lines `name:token`; empty lines and `#` at a line's start are passed over. No name twice in all.
launch::Result<std::vector<egress::Client>> read_clients(const std::vector<std::string>& files);

// One line `user:password`.
launch::Result<std::string> read_credentials(const std::string& path);

// `http://host:port`, without credentials.
launch::Result<egress::Upstream> parse_upstream(const std::string& url);

}  // namespace sbxc::driver
