// The server behind the proxies: answers `GET` with 128 bytes, `p` with itself, and `b` with bytes
// without end.
#pragma once

#include <cstddef>

namespace sbxc::bench {

inline constexpr size_t kAnswer = 128;

[[noreturn]] void serve_origin(int listener);

}  // namespace sbxc::bench
