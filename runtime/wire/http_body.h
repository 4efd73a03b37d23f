// Where the body of an HTTP message ends, without keeping any of it. Chunks are read strictly
// (RFC 9112 section 7.1): a size in hexadecimal digits alone, extensions of plain tokens, CRLF.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "runtime/wire/http_head.h"

namespace sbxc::wire {

inline constexpr size_t kMaxChunkLine = 512;  // a size with its extensions
inline constexpr size_t kMaxTrailers = 16384;

class BodyReader {
 public:
  BodyReader() = default;  // no body: done at once
  explicit BodyReader(Framing framing);

  // Takes the next bytes of the connection, each byte once. `length` of the outcome counts those
  // that are part of the body, also when it is incomplete (then it is all of them); when bad, those
  // in front of the bad byte, which must not be passed on. A body until the end of the connection
  // is never done.
  Outcome take(std::string_view bytes);

  bool is_done() const { return state_ == State::done; }
  bool is_until_close() const { return state_ == State::until_close; }

 private:
  enum class State : uint8_t {
    done,
    counted,
    until_close,
    size_first,
    size,
    extension,
    size_end,
    data,
    data_cr,
    data_lf,
    trailer_first,
    trailer_name,
    trailer_value,
    trailer_end,
    last_lf,
    bad,
  };

  size_t skip(size_t available);
  Refusal step(char byte);
  bool step_chunk(char byte);
  bool add_digit(char byte);
  bool end_size();
  Refusal step_trailer(char byte);
  bool add_to_name(char byte);

  uint64_t left_ = 0;  // of the body, or of the chunk
  uint32_t line_ = 0;  // bytes of the chunk's line, or of all trailers
  State state_ = State::done;
  Refusal refusal_ = Refusal::none;
  uint8_t name_size_ = 0;
  std::array<char, 24> name_{};  // of a trailer, as far as it matters
};

}  // namespace sbxc::wire
