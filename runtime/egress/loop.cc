// Asio behind loop.h. All of it runs on one thread, so Asio is told to do without locks. A handler
// carries the generation of its watch: a wait that had ended when its watch was closed is still
// told by Asio, and must not be taken for one of the next descriptor.
#include "runtime/egress/loop.h"

#include <asio/io_context.hpp>
#include <asio/posix/descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <cerrno>
#include <new>
#include <system_error>

namespace sbxc::egress {

namespace {

using Executor = asio::io_context::executor_type;
struct Handle : asio::posix::basic_descriptor<Executor> {
  using basic_descriptor::basic_descriptor;
};
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

Handle& handle_of(std::byte* memory) { return *std::launder(reinterpret_cast<Handle*>(memory)); }

}  // namespace

// Gives a wait the memory inside its watch.
template <typename T>
struct WaitMemory {
  using value_type = T;
  explicit WaitMemory(Watch* whose) : watch(whose) {}
  template <typename U>
  WaitMemory(const WaitMemory<U>& other) : watch(other.watch) {}  // NOLINT: allocators convert
  T* allocate(size_t count) { return static_cast<T*>(watch->take(count * sizeof(T))); }
  void deallocate(T* memory, size_t) { watch->give(memory); }
  template <typename U>
  bool operator==(const WaitMemory<U>& other) const {
    return watch == other.watch;
  }
  Watch* watch;
};

struct Watch::Handler {
  using allocator_type = WaitMemory<std::byte>;
  allocator_type get_allocator() const { return allocator_type(watch); }

  void operator()(const asio::error_code& error) const {
    --watch->under_way_;
    if (watch->generation_ == generation && !error) {
      watch->waiting_ = uint8_t(watch->waiting_ & ~bit(what));
      watch->watcher_->ready(*watch, what);
    } else if (watch->generation_ == generation) {
      // The wait itself failed: whoever reads or writes now learns why.
      watch->waiting_ = uint8_t(watch->waiting_ & ~bit(what));
      watch->watcher_->ready(*watch, Wait::error);
    } else if (watch->under_way_ == 0 && !watch->is_open()) {
      watch->watcher_->gone(*watch);
    }
  }

  Watch* watch;
  uint32_t generation;
  Wait what;
};

struct Loop::State {
  asio::io_context context{ASIO_CONCURRENCY_HINT_UNSAFE};
  Timer timer{context};
};

Loop::Loop() {
  try {
    state_ = std::make_unique<State>();
  } catch (const std::system_error& error) {
    errno = error.code().value();
  }
}

Loop::~Loop() = default;

void Loop::run() {
  state_->context.restart();
  state_->context.run();
}

void Loop::stop() { state_->context.stop(); }

void Loop::drain() {
  if (!is_open()) return;
  state_->timer.cancel();
  run();
}

void Loop::tick_after(std::chrono::milliseconds time, Ticker& ticker) {
  state_->timer.expires_after(time);
  state_->timer.async_wait([&ticker](const asio::error_code& error) {
    if (!error) ticker.tick();
  });
}

bool Watch::open(Loop& loop, int descriptor, Watcher& watcher) {
  static_assert(sizeof(Handle) <= kHandle && alignof(Handle) <= alignof(void*));
  close();
  auto* handle = new (handle_.data()) Handle(loop.state_->context.get_executor());
  asio::error_code error;
  handle->assign(descriptor, error);
  if (error) {
    handle->~Handle();
    errno = error.value();
    return false;
  }
  descriptor_ = descriptor;
  watcher_ = &watcher;
  return true;
}

void Watch::wait(Wait what) {
  if (!is_open() || waits(what)) return;
  waiting_ = uint8_t(waiting_ | bit(what));
  ++under_way_;
  const auto type = what == Wait::read    ? Handle::wait_read
                    : what == Wait::write ? Handle::wait_write
                                          : Handle::wait_error;
  handle_of(handle_.data()).async_wait(type, Handler{this, generation_, what});
}

void Watch::drop(bool keep_descriptor) {
  if (!is_open()) return;
  Handle& handle = handle_of(handle_.data());
  asio::error_code ignored;
  if (keep_descriptor) {
    handle.release();
  } else {
    handle.close(ignored);
  }
  handle.~Handle();
  descriptor_ = -1;
  ++generation_;
  waiting_ = 0;
}

void Watch::close() { drop(false); }

int Watch::release() {
  const int descriptor = descriptor_;
  drop(true);
  return descriptor;
}

void* Watch::take(size_t size) {
  if (!operation_taken_ && size <= operation_.size()) {
    operation_taken_ = true;
    return operation_.data();
  }
  return ::operator new(size);
}

void Watch::give(void* memory) {
  if (memory == operation_.data()) {
    operation_taken_ = false;
  } else {
    ::operator delete(memory);
  }
}

}  // namespace sbxc::egress
