// The built-in policies as they were parsed when the program was built (without their tests, as
// `Author::program` reads them). A program that was built for another machine than the one it was
// built on carries none, and parses them when it starts: the meaning is the same.
#pragma once

#include <optional>
#include <string_view>

#include "compiler/ast/ast.h"

namespace sbxc {

// `file` is in the sources, with the text of the built-in policy called `name`.
std::optional<ast::File> parsed_library_file(std::string_view name, FileId file,
                                             std::string_view text);

}  // namespace sbxc
