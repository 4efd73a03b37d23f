#include "compiler/parsed_library/parsed_library.h"

#include "compiler/ast/stored.h"
#include "compiler/parsed_library/stored_files.h"

namespace sbxc {

std::optional<ast::File> parsed_library_file(std::string_view name, FileId file,
                                             std::string_view text) {
  for (const StoredFile& stored : stored_files()) {
    if (stored.name == name) return ast::restore(stored.bytes, file, text);
  }
  return std::nullopt;
}

}  // namespace sbxc
