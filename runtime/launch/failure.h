// Why a command was not run, or not to its end: a status for the shell, a sentence, and what to do.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace sbxc::launch {

// docs of cli: 6 this machine cannot enforce it · 125 sbxc's own · 126 cannot execute · 127 not
// found.
inline constexpr int kCannotEnforce = 6;
inline constexpr int kTimedOut = 124;
inline constexpr int kOwnFailure = 125;
inline constexpr int kCannotExecute = 126;
inline constexpr int kNotFound = 127;

struct Failure {
  int status = kOwnFailure;
  std::string message;  // lower case, the situation first
  std::string help{};
  std::vector<std::string> notes{};
  bool no_namespaces = false;  // nothing was started, for want of namespaces or of bubblewrap
};

template <typename T>
using Result = tl::expected<T, Failure>;

// With errno in words.
Failure system_failure(const std::string& what, int error, std::string help = {});

}  // namespace sbxc::launch
