// Text from untrusted input, made safe to print: control characters, DEL, C1 controls,
// bidirectional overrides and bytes that are not UTF-8 are shown as escapes (`\x1b`, `\u{202e}`).
#pragma once

#include <string>
#include <string_view>

namespace sbxc {

std::string printable(std::string_view text);

// Characters of already printable UTF-8 text; wide characters are counted as one.
size_t display_width(std::string_view text);

// The offset of the first byte that is not part of valid UTF-8 (RFC 3629), or npos.
size_t find_invalid_utf8(std::string_view text);

}  // namespace sbxc
