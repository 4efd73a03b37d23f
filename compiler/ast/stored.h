// A parsed file as bytes: what the program carries is parsed when the program is built, not at each
// start. The text is not in them: words are found by their spans in the source that both sides
// have. They stay inside one build; there is no version, and no promise to another one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/ast/ast.h"

namespace sbxc::ast {

// PRE: all spans of `file` lie in `text`.
std::string store(const File& file, std::string_view text);

// The file as it was stored, its spans in `id`. Nothing if the bytes are not what store() made of a
// file with this text.
std::optional<File> restore(std::string_view bytes, FileId id, std::string_view text);

}  // namespace sbxc::ast
