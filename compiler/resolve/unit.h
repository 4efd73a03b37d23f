// One policy file that takes part: parsed once, however many ways lead to it. The named policy is
// unit 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/policy/policy.h"
#include "compiler/resolve/resolve.h"

namespace sbxc {

// What every step of resolving works with.
struct Session {
  const ResolveOptions& options;
  Sources& sources;
  Diagnostics& diagnostics;

  const std::string& start() const {
    return options.start_directory.empty() ? options.surroundings.cwd : options.start_directory;
  }
};

enum class UnitId : uint32_t {};
inline constexpr UnitId kRoot{};

// A statement and the systems it exists on: `on` blocks are flattened away.
struct Placed {
  const ast::Statement* statement;
  OsSet os;
};

struct UseEdge {
  const ast::Use* use;
  UnitId target;
};

struct Unit {
  FileId file{};
  std::string shown;      // `std/node`, or the path as seen from where sbxc was started
  std::string key;        // the same for every spelling of one file
  std::string directory;  // what its relative names start from
  bool built_in = false;
  ast::File ast;
  std::vector<Placed> statements;
  std::vector<UseEdge> uses;
  std::vector<UseStep> chain;  // the shortest way here from the policy
};

// INVARIANT: growing a vector of units moves them, for statements point into `ast`.
static_assert(std::is_nothrow_move_constructible_v<Unit>);

struct Units {
  std::vector<Unit> units;
  std::vector<UnitId> order;  // used files before those that use them
  const Unit& operator[](UnitId id) const { return units[static_cast<size_t>(id)]; }
};

struct RootFile {
  FileId file{};
  std::string shown;
  std::string directory;
};

// Reads and parses everything the policy uses. Nothing is returned when an error was reported.
std::optional<Units> load_units(const RootFile& root, Session& session, std::vector<Input>& inputs);

// Reads `path` through the options' reader, at most `limit` bytes, and adds it to the sources; an
// error points at `span`.
std::optional<FileId> read_source(Session& session, const std::string& path, size_t limit,
                                  Span span);

}  // namespace sbxc
