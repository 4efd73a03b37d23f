// One statement to lines. The rules, chosen so that a change of one statement or one list member
// changes as few lines as can be:
//
// - Effects are five columns wide and operations seven, always, so that rules stand in columns and
// no
//   rule's width depends on another's. Not so in a block on one line.
// - A statement that fits stands on one line. Otherwise a list breaks after the last comma that
// fits
//   in kLineWidth columns, and each clause starts a line. Continuation lines are indented by four.
// - What the author broke stays broken: a list with a line end behind each of its commas, a clause
//   on a line of its own, a set whose first member is on a line of its own (it has one member a
//   line then). Other line ends are forgotten.
// - Comments stay where they are, between the same two words. A comment's width never counts.
#pragma once

#include <string>
#include <vector>

#include "compiler/fmt/elements.h"

namespace sbxc {

inline constexpr size_t kLineWidth = 100;

enum class Columns { aligned, single_spaces };

struct LaidOut {
  std::vector<std::string> lines;
  size_t width = 0;  // of the widest line, comments not counted
};

// `statement` holds the comments inside the statement, none before or after it.
LaidOut lay_out(Elements statement, size_t indent, Columns columns);

}  // namespace sbxc
