// What `maker/` wrote while the program was built: for each built-in policy, its name and what
// ast::store() made of it.
#pragma once

#include <span>
#include <string_view>

namespace sbxc {

struct StoredFile {
  std::string_view name;
  std::string_view bytes;
};

std::span<const StoredFile> stored_files();

}  // namespace sbxc
