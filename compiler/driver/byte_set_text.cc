#include "compiler/driver/byte_set_text.h"

#include <fmt/core.h>

namespace sbxc::driver {

namespace {

std::string one(size_t byte) {
  const bool plain = byte > ' ' && byte < 0x7F && byte != '\\' && byte != ']' && byte != '"';
  return plain ? std::string(1, static_cast<char>(byte)) : fmt::format("\\x{:02x}", byte);
}

std::string members(const automata::Bytes& bytes) {
  std::string out;
  for (size_t first = 0; first < bytes.size(); ++first) {
    if (!bytes[first]) continue;
    size_t last = first;
    while (last + 1 < bytes.size() && bytes[last + 1]) ++last;
    out += one(first);
    if (last > first + 1) out += '-';
    if (last > first) out += one(last);
    first = last;
  }
  return out;
}

}  // namespace

std::string text_of(const automata::Bytes& bytes) {
  if (bytes.all()) return "any";
  if (bytes.count() == 1) return members(bytes);
  if (bytes.count() > bytes.size() / 2) return fmt::format("[^{}]", members(~bytes));
  return fmt::format("[{}]", members(bytes));
}

}  // namespace sbxc::driver
