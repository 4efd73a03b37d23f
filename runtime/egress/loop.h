// Waiting for sockets and for time, on one thread. A Watch owns one descriptor and tells its
// Watcher, once for each wait, that there is something to read, room to write, or an error; the
// watcher does the system call itself. Nobody holds a buffer while nothing flows.
//
// Asio does the waiting (epoll, kqueue) and is seen by loop.cc alone. The memory of the one wait
// that nearly every idle socket has lies in the Watch. What was closed may still have waits under
// way: a Watch that is busy() must not go; its watcher's `gone` tells when it may.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace sbxc::egress {

class Loop;
class Watch;

enum class Wait : uint8_t { read, write, error };

// Sessions, listeners and the few descriptors of the engine itself.
struct Watcher {
  virtual void ready(Watch& watch, Wait what) = 0;
  // A closed watch is no longer busy.
  virtual void gone(Watch& watch) { static_cast<void>(watch); }

 protected:
  ~Watcher() = default;
};

class Watch {
 public:
  Watch() = default;
  ~Watch() { close(); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Takes over the descriptor, which must not block. False: it is still the caller's, with errno.
  bool open(Loop& loop, int descriptor, Watcher& watcher);
  // The watcher is told once. Waiting for what is waited for already changes nothing.
  void wait(Wait what);
  bool waits(Wait what) const { return (waiting_ & bit(what)) != 0; }
  // Forgets the waits; nothing is told of them.
  void close();
  // Closes nothing: the descriptor is the caller's again.
  int release();

  int descriptor() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  bool busy() const { return under_way_ != 0; }

 private:
  friend class Loop;
  template <typename T>
  friend struct WaitMemory;
  struct Handler;
  static constexpr size_t kHandle = 40;
  static constexpr size_t kOperation = 96;
  static constexpr uint8_t bit(Wait what) { return uint8_t(1U << static_cast<unsigned>(what)); }
  void* take(size_t size);
  void give(void* memory);
  void drop(bool keep_descriptor);

  Watcher* watcher_ = nullptr;
  int descriptor_ = -1;
  uint32_t generation_ = 0;  // waits of an earlier descriptor are told apart by it
  uint16_t under_way_ = 0;
  uint8_t waiting_ = 0;
  bool operation_taken_ = false;
  alignas(void*) std::array<std::byte, kHandle> handle_;
  alignas(void*) std::array<std::byte, kOperation> operation_;
};

// Told after a time; see Loop::tick_after.
struct Ticker {
  virtual void tick() = 0;

 protected:
  ~Ticker() = default;
};

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // False: no loop can be had, errno says why.
  bool is_open() const { return state_ != nullptr; }
  void run();
  void stop();   // run() returns after the watcher that runs now
  void drain();  // after everything was closed: until no watch is busy

  // Calls `ticker` once after that time; a second call takes the place of the first.
  void tick_after(std::chrono::milliseconds time, Ticker& ticker);

 private:
  friend class Watch;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sbxc::egress
