#include "backends/bwrap/shell_text.h"

#include <fmt/core.h>

#include "compiler/diag/printable.h"

namespace sbxc::bwrap {
namespace {

bool is_name_byte(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

bool is_plain_for_shell(std::string_view text) { return printable(text) == text; }

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string printf_quoted(std::string_view bytes) {
  std::string quoted = "'";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_name_byte(byte) || c == '/' || c == '.' || c == '-') {
      quoted += c;
    } else {
      quoted += fmt::format("\\0{:03o}", byte);
    }
  }
  return quoted + "'";
}

std::string printf_octal_lines(std::string_view bytes, std::string_view indent) {
  constexpr size_t kBytesPerLine = 16;
  std::string lines;
  for (size_t from = 0; from < bytes.size(); from += kBytesPerLine) {
    lines += indent;
    lines += "printf '";
    for (const char c : bytes.substr(from, kBytesPerLine)) {
      lines += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    }
    lines += "'\n";
  }
  return lines;
}

std::string case_pattern(const NameGlob& glob) {
  std::string pattern;
  for (const NameAtom& atom : glob.atoms) {
    if (const auto* literal = std::get_if<Literal>(&atom)) {
      pattern += literal->bytes;
    } else if (const auto* set = std::get_if<ByteSet>(&atom)) {
      std::string members;
      for (unsigned c = 0; c < 256; ++c) {
        const auto byte = static_cast<unsigned char>(c);
        if (set->test(c) && is_name_byte(byte)) members += static_cast<char>(byte);
      }
      // No name has any other byte: a set without one matches nothing.
      pattern += members.empty() ? "[.]" : "[" + members + "]";
    } else {
      pattern += "*";
    }
  }
  return pattern.empty() ? "''" : pattern;
}

}  // namespace sbxc::bwrap
