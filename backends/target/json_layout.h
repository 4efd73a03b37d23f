// JSON as the artifacts are written: rows of a table on one line each, what holds tables spread
// out. Diffs stay small, a person can read it, and it takes a third of the bytes of full
// indentation.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace sbxc {

// Ends with a newline. Policies and paths are bytes and JSON is UTF-8: bytes that are not are
// replaced by U+FFFD, visibly.
std::string layout_json(const nlohmann::ordered_json& json);

}  // namespace sbxc
