// The program's `operator new` and `operator delete`. Sizes are rounded up to 16 bytes; a page
// holds pieces of one size, and a table tells a page's size, so that pieces need no header. Threads
// have lists of their own; a piece goes to the list of whoever gives it back. Pages are never given
// back. Larger pieces, and all when the room is full, are malloc's.
//
// Not with sanitizers, which have their own.
#include "compiler/driver/planning_memory.h"

#include <atomic>

namespace sbxc::driver {
namespace {

constinit std::atomic<bool> used{false};

}  // namespace

void use_planning_memory() { used.store(true, std::memory_order_relaxed); }
void leave_planning_memory() { used.store(false, std::memory_order_relaxed); }

}  // namespace sbxc::driver

#if !defined(SBXC_SANITIZED)
#include <sys/mman.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace sbxc::driver {
namespace {

constexpr size_t kGrain = 16;
constexpr size_t kSizes = 32;  // 16, 32 … 512 bytes
constexpr size_t kPage = 4096;
constexpr size_t kPages = size_t{1} << 16U;  // 256 MB of addresses
constexpr size_t kRoom = kPages * kPage;
constexpr size_t kAtOnce = 16;  // pages asked of the kernel

struct Piece {
  Piece* next;
};

struct List {
  Piece* free = nullptr;
  char* fresh = nullptr;  // the rest of a page that was begun
  size_t left = 0;        // pieces in it
};

struct Lists {
  std::array<List, kSizes> of_size{};
  char* pages = nullptr;  // taken from the room, not begun
  size_t pages_left = 0;
};

constinit thread_local Lists lists;
constinit std::array<uint8_t, kPages> size_of_page{};
constinit std::atomic<char*> room{nullptr};
constinit std::atomic<size_t> pages_taken{0};

// Null: there is none.
char* begin_of_room() {
  char* begin = room.load(std::memory_order_acquire);
  if (begin != nullptr) return begin;
  void* made = mmap(nullptr, kRoom, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (made == MAP_FAILED) return nullptr;
  if (room.compare_exchange_strong(begin, static_cast<char*>(made))) {
    return static_cast<char*>(made);
  }
  munmap(made, kRoom);  // another thread was faster
  return begin;
}

bool take_pages() {
  char* begin = begin_of_room();
  if (begin == nullptr) return false;
  const size_t first = pages_taken.fetch_add(kAtOnce);
  if (first + kAtOnce > kPages) return false;
  lists.pages = begin + first * kPage;
  lists.pages_left = kAtOnce;
#ifdef MADV_POPULATE_WRITE
  // One call instead of sixteen faults. Kernels before 5.14 do not know it.
  madvise(lists.pages, kAtOnce * kPage, MADV_POPULATE_WRITE);
#endif
  return true;
}

void* first_of_page(List& list, size_t size) {
  if (lists.pages_left == 0 && !take_pages()) return nullptr;
  char* page = lists.pages;
  lists.pages += kPage;
  --lists.pages_left;
  const auto number = static_cast<size_t>(page - room.load(std::memory_order_relaxed)) / kPage;
  size_of_page[number] = static_cast<uint8_t>(size);
  const size_t bytes = (size + 1) * kGrain;
  list.fresh = page + bytes;
  list.left = kPage / bytes - 1;
  return page;
}

// Null: malloc's.
inline void* take(size_t bytes) {
  const size_t size = (bytes == 0 ? 0 : bytes - 1) / kGrain;
  if (size >= kSizes || !used.load(std::memory_order_relaxed)) return nullptr;
  List& list = lists.of_size[size];
  if (Piece* piece = list.free; piece != nullptr) {
    list.free = piece->next;
    return piece;
  }
  if (list.left == 0) return first_of_page(list, size);
  char* piece = list.fresh;
  list.fresh += (size + 1) * kGrain;
  --list.left;
  return piece;
}

// False: malloc's.
inline bool give_back(void* pointer) {
  const auto at = reinterpret_cast<uintptr_t>(pointer);
  const uintptr_t offset = at - reinterpret_cast<uintptr_t>(room.load(std::memory_order_relaxed));
  // Without a room every low address would be in it: those of a program at a fixed place.
  if (offset >= kRoom || offset == at) return false;
  if (!used.load(std::memory_order_relaxed)) return true;
  List& list = lists.of_size[size_of_page[offset / kPage]];
  list.free = new (pointer) Piece{list.free};
  return true;
}

}  // namespace
}  // namespace sbxc::driver

void* operator new(size_t bytes) {
  if (void* piece = sbxc::driver::take(bytes); piece != nullptr) return piece;
  void* piece = std::malloc(bytes == 0 ? 1 : bytes);
  if (piece == nullptr) throw std::bad_alloc();
  return piece;
}
void operator delete(void* piece) noexcept {
  if (!sbxc::driver::give_back(piece)) std::free(piece);
}
void operator delete(void* piece, size_t) noexcept { operator delete(piece); }
#endif
