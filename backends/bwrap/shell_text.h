// Text for a POSIX shell script that a person reads and any bytes survive.
#pragma once

#include <string>
#include <string_view>

#include "compiler/pattern/name_glob.h"

namespace sbxc::bwrap {

// Whether the text can stand in a script as it is: printable ASCII and UTF-8 without controls.
bool is_plain_for_shell(std::string_view text);
// Single quotes, with each quote inside as '\''. For plain text only.
std::string shell_quoted(std::string_view text);
// For printf's %b: every byte that is not a letter, digit or `/._-` as \0ooo, in single quotes.
std::string printf_quoted(std::string_view bytes);
// For printf's format: every byte as \ooo, in lines of single-quoted text.
std::string printf_octal_lines(std::string_view bytes, std::string_view indent);
// A `case` pattern that matches the same names; for names of variables only.
std::string case_pattern(const NameGlob& glob);

}  // namespace sbxc::bwrap
