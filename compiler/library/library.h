// The built-in library: the text of `std/base`, `std/node` … as compiled into the program from
// compiler/library/std/*.sbx.
#pragma once

#include <span>
#include <string_view>

namespace sbxc {

struct LibraryFile {
  std::string_view name;  // `std/node`
  std::string_view text;
};

std::span<const LibraryFile> library();
const LibraryFile* library_file(std::string_view name);

}  // namespace sbxc
