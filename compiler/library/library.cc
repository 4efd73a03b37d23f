#include "compiler/library/library.h"

namespace sbxc {

const LibraryFile* library_file(std::string_view name) {
  for (const LibraryFile& file : library()) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

}  // namespace sbxc
