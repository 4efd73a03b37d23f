// From text to S-expressions, with lines. TinyScheme's lexis: `;` comments, `"…"` with escapes
// where an unknown `\c` is just `c`, raw `#"…"`, `#t #f #o.. #x..`, quote and quasi-quote.
#pragma once

#include <string_view>
#include <vector>

#include "backends/seatbelt/read/value.h"

namespace sbxc::sbpl {

inline constexpr size_t kMaxProfileBytes = 4U << 20;
inline constexpr size_t kMaxNesting = 200;
inline constexpr size_t kMaxStringLiteral = 1025;  // a longer one kills the whole profile

// `first_line` is the number of the text's first line. Throws ProfileError.
std::vector<Value> read_forms(Heap& heap, std::string_view text, uint32_t first_line);

}  // namespace sbxc::sbpl
