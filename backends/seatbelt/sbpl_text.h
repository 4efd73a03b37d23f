// Text of a profile: string literals that nothing can break out of, and names quoted for a regular
// expression.
#pragma once

#include <string>
#include <string_view>

namespace sbxc::seatbelt {

// A literal longer than 1025 bytes makes the system refuse the whole profile.
inline constexpr size_t kMaxLiteral = 900;

// `"…"`, or `(string-append "…" "…")` when one literal would be too long.
std::string quoted(std::string_view bytes);
// The same for a regular expression: raw `#"…"` where nothing in it needs an escape.
std::string quoted_regex(std::string_view pattern);

// `bytes` as a regular expression that matches them alone.
std::string regex_of(std::string_view bytes);

}  // namespace sbxc::seatbelt
