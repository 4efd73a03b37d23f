// Comments that speak of a statement, found in the text: they are no part of the typed policy.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sbxc {

// Bytes of the text. The statement is empty where none stands below the comment.
struct StatementComment {
  uint32_t begin = 0;  // at the `#`
  uint32_t end = 0;    // behind the last byte that is no blank
  uint32_t statement_begin = 0;
  uint32_t statement_end = 0;
};

// Comments that begin with `mark`, which begins with `#`. One on a line of its own speaks of the
// statement on the next line that is no comment, if no empty line comes first; one at the end of a
// line speaks of the statement that the line belongs to.
std::vector<StatementComment> comments_with(std::string_view mark, std::string_view text);

}  // namespace sbxc
