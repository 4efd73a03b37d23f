// Bodies. Counted bytes are skipped as fast as they come; the lines between chunks go byte by byte
// through a small automaton, which keeps nothing but a number and the beginning of a trailer's
// name. Extensions may hold no quotes and no blanks: readers that honour them and readers that do
// not would find the end of the line in different places.
#include "runtime/wire/http_body.h"

#include <algorithm>

#include "runtime/wire/byte_classes.h"
#include "runtime/wire/head_fields.h"

namespace sbxc::wire {

namespace {

constexpr uint32_t kMaxSizeDigits = 16;

constexpr uint64_t hex_value(char c) {
  return static_cast<uint64_t>(is_class(c, kDigit) ? c - '0' : lower(c) - 'a' + 10);
}

}  // namespace

BodyReader::BodyReader(Framing framing) : left_(framing.length) {
  switch (framing.kind) {
    case Framing::Kind::none:
      state_ = State::done;
      break;
    case Framing::Kind::length:
      state_ = left_ > 0 ? State::counted : State::done;
      break;
    case Framing::Kind::chunked:
      state_ = State::size_first;
      break;
    case Framing::Kind::until_close:
      state_ = State::until_close;
      break;
  }
}

// Bytes of the body itself.
size_t BodyReader::skip(size_t available) {
  if (state_ == State::until_close) return available;
  const size_t count = static_cast<size_t>(std::min<uint64_t>(left_, available));
  left_ -= count;
  if (left_ == 0) state_ = state_ == State::data ? State::data_cr : State::done;
  return count;
}

Outcome BodyReader::take(std::string_view bytes) {
  size_t used = 0;
  while (used < bytes.size() && state_ != State::done && state_ != State::bad) {
    if (state_ == State::counted || state_ == State::data || state_ == State::until_close) {
      used += skip(bytes.size() - used);
      continue;
    }
    refusal_ = step(bytes[used]);
    if (refusal_ == Refusal::none) {
      ++used;
    } else {
      state_ = State::bad;
    }
  }
  if (state_ == State::bad) return {Progress::bad, refusal_, used};
  return {state_ == State::done ? Progress::done : Progress::incomplete, Refusal::none, used};
}

Refusal BodyReader::step(char byte) {
  if (state_ >= State::trailer_first) return step_trailer(byte);
  return step_chunk(byte) ? Refusal::none : Refusal::bad_chunk;
}

bool BodyReader::add_digit(char byte) {
  if (!is_class(byte, kHex) || left_ >> 59 != 0 || ++line_ > kMaxSizeDigits) return false;
  left_ = left_ << 4 | hex_value(byte);
  state_ = State::size;
  return true;
}

bool BodyReader::end_size() {
  state_ = left_ > 0 ? State::data : State::trailer_first;
  line_ = 0;
  return true;
}

// Whether the byte may stand there.
bool BodyReader::step_chunk(char byte) {
  const auto expect = [&](char expected, State next) {
    state_ = next;
    return byte == expected;
  };
  switch (state_) {
    case State::size_first:
      left_ = line_ = 0;
      return add_digit(byte);
    case State::size:
      if (byte == ';') return expect(';', State::extension);
      return byte == '\r' ? expect('\r', State::size_end) : add_digit(byte);
    case State::extension:
      if (byte == '\r') return expect('\r', State::size_end);
      return (is_token(byte) || byte == '=' || byte == ';') && ++line_ < kMaxChunkLine;
    case State::size_end:
      return byte == '\n' && end_size();
    case State::data_cr:
      return expect('\r', State::data_lf);
    case State::data_lf:
      return expect('\n', State::size_first);
    case State::done:
    case State::counted:
    case State::until_close:
    case State::data:
    case State::trailer_first:
    case State::trailer_name:
    case State::trailer_value:
    case State::trailer_end:
    case State::last_lf:
    case State::bad:
      return false;
  }
  return false;
}

// A name that means something to those on the way has no place behind the body.
bool BodyReader::add_to_name(char byte) {
  if (is_token(byte)) {
    state_ = State::trailer_name;
    if (name_size_ < name_.size()) name_[name_size_++] = byte;
    return true;
  }
  if (byte != ':' || name_size_ == 0) return false;
  state_ = State::trailer_value;
  return known_field({name_.data(), name_size_}) == KnownField::other;
}

Refusal BodyReader::step_trailer(char byte) {
  bool good = ++line_ <= kMaxTrailers;
  if (state_ == State::trailer_first) {
    name_size_ = 0;
    if (byte == '\r') {
      state_ = State::last_lf;
    } else {
      good = good && add_to_name(byte);
    }
  } else if (state_ == State::trailer_name) {
    good = good && add_to_name(byte);
  } else if (state_ == State::trailer_value) {
    if (byte == '\r') {
      state_ = State::trailer_end;
    } else {
      good = good && is_class(byte, kText);
    }
  } else {
    good = good && byte == '\n';
    state_ = state_ == State::trailer_end ? State::trailer_first : State::done;
  }
  return good ? Refusal::none : Refusal::bad_trailer;
}

}  // namespace sbxc::wire
