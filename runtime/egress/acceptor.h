// A listening socket: accepts what is there, as many as it may, and hands it to sessions.
#pragma once

#include "runtime/egress/egress.h"
#include "runtime/egress/loop.h"
#include "runtime/egress/sockets.h"

namespace sbxc::egress {

class Engine;

class Acceptor final : private Watcher {
 public:
  Acceptor(Engine& engine, const Listener& listener);

  bool open(Loop& loop);  // false: errno; the descriptor is still the caller's
  void resume() { watch_.wait(Wait::read); }
  void take_last();  // whoever connected before now; then it is closed
  void close() { watch_.close(); }
  bool is_over() const { return !watch_.is_open() && !watch_.busy(); }
  const Place& place() const { return place_; }  // where it listens

 private:
  void ready(Watch& watch, Wait what) override;
  enum class Taken : uint8_t { all, some, as_many_as_there_may_be };
  Taken take_some();

  Engine& engine_;
  Listener listener_;
  Place place_;
  Watch watch_;
};

}  // namespace sbxc::egress
