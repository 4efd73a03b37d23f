// The built-in library: the text of `std/base`, `std/node` … as compiled into the program from
// compiler/library/std/*.sbx.
#pragma once

#include <span>
#include <string_view>

#include "compiler/source/embedded_file.h"

namespace sbxc {

using LibraryFile = EmbeddedFile;  // called `std/node`

std::span<const LibraryFile> library();
const LibraryFile* library_file(std::string_view name);

}  // namespace sbxc
