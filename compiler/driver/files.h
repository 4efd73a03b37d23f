// Reading inputs and writing outputs. Outputs appear whole or not at all: every file is written
// under a temporary name beside its place, then all are renamed, the manifest last. A crash
// between two renames leaves a manifest whose hashes tell. Files that say the same already stay.
#pragma once

#include <string>
#include <vector>

#include "backends/target/target.h"
#include "compiler/diag/diagnostic.h"

namespace sbxc::driver {

// At most `limit` bytes; a larger file is an error found without reading it all. Pipes and standard
// input ("-") are read to their end.
Result<std::string> read_file(const std::string& path, size_t limit);

// Creates `directory` if it is missing (its parent must exist).
Result<bool> write_artifacts(const std::string& directory, const std::vector<Artifact>& artifacts);

// Whether write_file() would come off, for whoever has much to do before; leaves nothing.
Result<bool> may_write_file(const std::string& path);

// Writes one file, new or over an old one. A device or a pipe stays what it is.
Result<bool> write_file(const std::string& path, const std::string& bytes);

// Replaces one file, keeping its permissions.
Result<bool> replace_file(const std::string& path, const std::string& bytes);

}  // namespace sbxc::driver
