// The smallest policy that decides every request alike, as cuts in the text of one file:
// statements, patterns and exceptions that can go, comments and layout kept. Greedy, from the end
// of the file to its start: nothing that is left can be cut by itself. The same every time.
//
// Left out: patterns inside of sets (`let`), for other statements may use them, what a `use`
// excepts, and other files.
#pragma once

#include <string>
#include <vector>

#include "compiler/analysis/rule_unit.h"
#include "compiler/decisions/systems.h"
#include "compiler/source/source.h"

namespace sbxc {

struct Cut {
  Span span;  // the statement, or the pattern
  bool statement = false;
};

struct Trimmed {
  std::string text;       // of the file, without the cuts
  std::vector<Cut> cuts;  // in the order of the file
  Policy policy;          // without them: proved equal to the whole
};

// `file` is where the policy's own statements stand.
Budgeted<Trimmed> trim(Systems& systems, const Sources& sources, FileId file);

}  // namespace sbxc
