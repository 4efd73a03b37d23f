// Settings of other tools as policies of this language. Each tool has one importer: a function from
// the text of its settings to the text of a policy that means the same, by meaning and not by
// spelling. What cannot be carried over is reported with its place and reason; nothing is left out
// in silence. Where a meaning cannot be said, the policy allows less, never more.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/policy/operation.h"
#include "compiler/resolve/resolve.h"

namespace sbxc::import {

// What stands at a path, links not followed. Some tools read an entry in two ways and let the disk
// decide between them.
struct FileLook {
  enum class Kind : uint8_t { absent, link, directory, other };
  Kind kind = Kind::absent;
  std::string link_target{};
};

struct ImportContext {
  Surroundings surroundings;  // where the settings are meant to hold
  Os host = Os::linux;        // the system that `look` looks at
  std::function<FileLook(const std::string& path)> look;
};

struct Importer {
  std::string_view name;   // on the command line
  std::string_view title;  // what it reads
  // The policy's text, not laid out. Nothing when an error was reported.
  std::optional<std::string> (*run)(const Sources& sources, FileId settings,
                                    const ImportContext& context, Diagnostics& diagnostics);
};

const std::vector<Importer>& importers();
// The error names those that there are.
Result<const Importer*> find_importer(std::string_view name);

}  // namespace sbxc::import
