// How reading something from a peer ends: there is more to come, it is refused for one of the
// reasons of refusals.def, or it is there and so many bytes long.
//
// What all readers of this room have in common: they get bytes and give values, do no input or
// output, allocate no more than the limits in their headers say, and give the same result however
// the bytes are cut into pieces. A reader is handed everything from the first byte of its message
// on each time, more of it at each call; views in what it fills in point into those bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tl/expected.hpp>

namespace sbxc::wire {

enum class Refusal : uint8_t {
  none,
#define REFUSAL(name, section, status, what, why) name,
#include "runtime/wire/refusals.def"
#undef REFUSAL
};

enum class Section : uint8_t { head, host, framing, socks, tls, dns };

struct RefusalFacts {
  Refusal refusal = Refusal::none;
  std::string_view name{};  // `bare_line_end`
  Section section{};
  uint16_t status = 0;  // for an HTTP client; what a server's answer is refused for gives 502
  std::string_view what{};
  std::string_view why{};
};

const RefusalFacts& facts_of(Refusal refusal);

template <typename T>
using Result = tl::expected<T, Refusal>;

enum class Progress : uint8_t { incomplete, bad, done };

struct [[nodiscard]] Outcome {
  Progress progress = Progress::incomplete;
  Refusal refusal = Refusal::none;  // when bad
  size_t length = 0;                // when done: of the message

  static constexpr Outcome incomplete() { return {}; }
  static constexpr Outcome bad(Refusal refusal) { return {Progress::bad, refusal, 0}; }
  static constexpr Outcome done(size_t length) { return {Progress::done, Refusal::none, length}; }

  bool is_done() const { return progress == Progress::done; }
  bool is_bad() const { return progress == Progress::bad; }
  bool operator==(const Outcome&) const = default;
};

}  // namespace sbxc::wire
