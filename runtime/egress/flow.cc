// Splicing in the kernel was measured and gains nothing on loopback; one big buffer stays in the
// cache and needs one call to read and one to write, whatever the size.
#include "runtime/egress/flow.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runtime/egress/sockets.h"

namespace sbxc::egress {

namespace {

constexpr int kRounds = 4;  // then others have their turn
constexpr size_t kSome = size_t{2} << 20;
constexpr size_t kMuch = size_t{8} << 20;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

// The loop is the only writer.
void add(std::atomic<uint64_t>& counter, uint64_t amount) {
  counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

}  // namespace

size_t Copier::chunk() const {
  if (kept < kSome) return buffer.size();
  return std::min<size_t>(buffer.size(), kept < kMuch ? 16384 : 2048);
}

void Flow::count(size_t bytes, Copier& copier) const {
  add(way_ == Way::out ? copier.metrics.bytes_out : copier.metrics.bytes_in, bytes);
}

void Flow::keep(std::string_view bytes, Copier& copier) {
  const size_t left = rest_size_ - rest_sent_;
  auto all = std::make_unique<char[]>(left + bytes.size());
  if (left != 0) std::memcpy(all.get(), rest_.get() + rest_sent_, left);
  std::memcpy(all.get() + left, bytes.data(), bytes.size());
  copier.kept += left + bytes.size() - rest_size_;
  rest_ = std::move(all);
  rest_size_ = static_cast<uint32_t>(left + bytes.size());
  rest_sent_ = 0;
}

Flow::Outcome Flow::give(std::string_view bytes, Watch& to, Copier& copier) {
  if (state_ == State::ended) return Outcome::receiver_gone;
  if (bytes.empty()) return Outcome::going;
  size_t sent = 0;
  if (!has_rest()) {
    const long now = transmit(to.descriptor(), bytes.data(), bytes.size());
    if (now < 0 && !would_block()) return Outcome::receiver_gone;
    sent = now < 0 ? 0 : static_cast<size_t>(now);
  }
  count(bytes.size(), copier);
  if (sent == bytes.size()) return Outcome::going;
  keep(bytes.substr(sent), copier);
  to.wait(Wait::write);
  return Outcome::going;
}

Flow::Outcome Flow::pump(Watch& from, Watch& to, Copier& copier) {
  if (has_rest() || state_ != State::open) return Outcome::going;
  for (int round = 0; round < kRounds; ++round) {
    const size_t room = copier.chunk();
    const long got = receive(from.descriptor(), copier.buffer.data(), room);
    if (got == 0) return finish(to);
    if (got < 0) {
      if (!would_block()) return Outcome::sender_gone;
      break;
    }
    const auto size = static_cast<size_t>(got);
    if (give({copier.buffer.data(), size}, to, copier) == Outcome::receiver_gone) {
      return Outcome::receiver_gone;
    }
    if (has_rest()) return Outcome::going;
    if (size < room) break;
  }
  from.wait(Wait::read);
  return Outcome::going;
}

Flow::Outcome Flow::flush(Watch& from, Watch& to, Copier& copier) {
  if (has_rest()) {
    const long now = transmit(to.descriptor(), rest_.get() + rest_sent_, rest_size_ - rest_sent_);
    if (now < 0 && !would_block()) return Outcome::receiver_gone;
    if (now > 0) rest_sent_ += static_cast<uint32_t>(now);
    if (rest_sent_ < rest_size_) {
      to.wait(Wait::write);
      return Outcome::going;
    }
    copier.kept -= rest_size_;
    rest_.reset();
    rest_size_ = rest_sent_ = 0;
  }
  if (state_ == State::ending) return finish(to);
  await(from);
  return Outcome::going;
}

Flow::Outcome Flow::finish(Watch& to) {
  if (state_ == State::ended) return Outcome::ended;
  state_ = State::ending;
  if (has_rest()) return Outcome::going;
  state_ = State::ended;
  ::shutdown(to.descriptor(), SHUT_WR);
  return Outcome::ended;
}

void Flow::await(Watch& from) {
  if (state_ == State::open && !has_rest()) from.wait(Wait::read);
}

void Flow::drop(Copier& copier) {
  copier.kept -= rest_size_;
  rest_.reset();
  rest_size_ = rest_sent_ = 0;
  state_ = State::ended;
}

}  // namespace sbxc::egress
