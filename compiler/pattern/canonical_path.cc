// One concrete path, as a request of a test or of `explain` names it. A wildcard there is a mistake
// worth an error: `deny write /a/*.c` would ask about a file called `*.c`.
#include <fmt/core.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/pattern/brace_expansion.h"
#include "compiler/pattern/path_glob.h"

namespace sbxc {

namespace {

bool is_wildcard(const PatternByte& byte) {
  return !byte.literal && (byte.value == '*' || byte.value == '?' || byte.value == '[' ||
                           byte.value == '{' || byte.value == '}');
}

}  // namespace

Result<std::string> parse_canonical_path(const PatternText& text) {
  for (size_t i = 0; i < text.bytes.size(); ++i) {
    if (!text.bytes[i].literal && text.bytes[i].value == '\\') {
      ++i;
    } else if (is_wildcard(text.bytes[i])) {
      const char c = text.bytes[i].value;
      return tl::unexpected(Diagnostic{
          .kind = Kind::wildcard_in_request,
          .span = text.at(i, i + 1),
          .message = fmt::format("`{}` stands where one path is meant", c),
          .help = fmt::format("name one path, or write `\\{}` for a `{}` in a name", c, c)});
    }
  }
  const auto pattern = parse_path_pattern(text);
  if (!pattern) return tl::unexpected(pattern.error());
  return pattern->globs.front().literal_prefix();
}

bool is_canonical_path(std::string_view bytes) {
  if (bytes == "/") return true;
  if (bytes.empty() || bytes.front() != '/') return false;
  if (bytes.find('\0') != std::string_view::npos) return false;
  for (size_t at = 1; at <= bytes.size();) {
    const size_t end = std::min(bytes.find('/', at), bytes.size());
    const std::string_view name = bytes.substr(at, end - at);
    if (name.empty() || name == "." || name == "..") return false;
    at = end + 1;
  }
  return true;
}

}  // namespace sbxc
