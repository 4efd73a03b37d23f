// Patterns of `socket`: a path glob, or `@name` for an abstract socket (Linux). Plain name patterns
// (`env`, `mach`) are here too: one name glob with the characters that such names may have.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/pattern/name_glob.h"
#include "compiler/pattern/path_glob.h"

namespace sbxc {

struct AbstractSocket {
  NameGlob name;  // without the `@`
};

struct SocketPattern {
  Span span;
  std::string written;
  std::vector<std::variant<PathGlob, AbstractSocket>> tests;

  // `@name` or a canonical path.
  bool matches(std::string_view request) const;
};

struct NamePattern {
  Span span;
  std::string written;
  std::vector<NameGlob> globs;

  bool matches(std::string_view name) const;
};

Result<SocketPattern> parse_socket_pattern(const PatternText& text);
// POSIX.1-2017 8.1: letters, digits, `_`; not starting with a digit; wildcards allowed.
Result<NamePattern> parse_env_pattern(const PatternText& text);
// A global name: reverse-DNS style, letters, digits, `.`, `-`, `_`.
Result<NamePattern> parse_mach_pattern(const PatternText& text);

}  // namespace sbxc
