// A text that the program carries, put into it by compiler/embed.cmake.
#pragma once

#include <string_view>

namespace sbxc {

struct EmbeddedFile {
  std::string_view name;
  std::string_view text;
  std::string_view sha256;  // of the text, hex
};

}  // namespace sbxc
