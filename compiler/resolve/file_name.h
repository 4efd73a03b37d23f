// Names of policy files: joining and tidying by text alone. No link is resolved here; the file
// system is reached through ResolveOptions::read_file only.
#pragma once

#include <string>
#include <string_view>

namespace sbxc {

// `target` as seen from `directory`: itself when absolute. Tidied; "" is the current directory.
std::string join_path(std::string_view directory, std::string_view target);

// Without `.`, `//`, a trailing slash, and without `..` where a name stands before it.
std::string tidy_path(std::string_view path);

// `conf` of `conf/agent.sbx`, "" of `agent.sbx`, `/` of `/agent.sbx`.
std::string directory_of(std::string_view path);

// `agent` of `conf/agent.sbx`.
std::string stem_of(std::string_view path);

}  // namespace sbxc
