// An entry of a list of paths as srt reads it: the path it names, the pattern it spells, or both,
// for a system. Relative entries start at the working directory and `~` at the home directory;
// links on the way are resolved where the disk can be looked at.
#pragma once

#include <string>
#include <vector>

#include "compiler/import/importer.h"
#include "compiler/import/srt_glob.h"

namespace sbxc::import {

enum class PathUse : uint8_t { deny_read, allow_read, allow_write, deny_write };

struct PathReading {
  bool literal = true;  // names one path and all below it; else a pattern
  std::string path;     // of a literal
  std::vector<PathGlob> globs;
  enum class Start : uint8_t { root, cwd, home } start = Start::root;  // how the entry began
};

struct PathReadings {
  std::vector<PathReading> readings;
  // What of the entry could not be kept, as the end of a sentence; empty: nothing.
  std::vector<std::string> lost{};
};

struct PathEntry {
  std::string text;
  bool marked_literal = false;
};

PathReadings read_path_entry(const PathEntry& entry, PathUse use, Os os,
                             const ImportContext& context);

// A path without `.`, `..`, `//` and a slash at its end, whatever links there are.
std::string fold_path(std::string_view absolute);

// Links resolved, the last name's too if `follow_last`; what is absent stays as it is.
std::string resolve_links(const std::string& path, bool follow_last, const ImportContext& context);

bool is_at_or_below(std::string_view path, std::string_view directory);

// As a pattern of the policy: `$cwd/src/**`. `start` says which beginning is written as a variable.
enum class Tail : bool { none, everything_below };
std::string pattern_text(const PathGlob& glob, Tail tail, PathReading::Start start,
                         const ImportContext& context);

}  // namespace sbxc::import
