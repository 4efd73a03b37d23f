// What the launcher tells the first process inside the sandbox, and what that answers. Both ends
// are built together, so the bytes are native and there is one version; the reader checks bounds
// all the same, for half an order must not become a sandbox with half its walls.
//
//   Header · rlimits · identities · grants · arguments · policy filter · notify filter
//
// A text is its length (u32), its bytes and a NUL, so that it can be used where it lies.
#pragma once

#include <cstdint>

namespace sbxc::init {

inline constexpr uint64_t kMagic = 0x0a31696e69786273;  // "sbxini1\n"

struct Header {
  uint64_t magic;
  uint64_t size;  // of everything, this included
  uint32_t limits;
  uint32_t identities;
  uint32_t grants;
  uint32_t arguments;
  uint32_t policy_filter;    // bytes, a multiple of eight
  uint32_t notify_filter;    // bytes; 0: nobody answers, so nothing is asked
  uint64_t landlock_rights;  // handled by Landlock; 0: files are left to the mounts
  uint32_t landlock;         // whether Landlock is applied at all
  uint32_t ignored_signals;  // by the command, from the start: the signal N is the bit 1 << N
};
static_assert(sizeof(Header) == 56);

struct LimitOrder {  // a resource of setrlimit(2), soft and hard alike
  uint64_t resource;
  uint64_t value;
};

// Followed by the path as text. What has to be mounted there: the inode that the plan was made for.
struct IdentityOrder {
  uint64_t device;
  uint64_t inode;
};

// Followed by the path as text.
struct GrantOrder {
  uint64_t rights;
  uint64_t optional;  // no error when there is no such path
};

enum class Stage : int32_t {
  orders,         // the orders could not be read
  identity,       // something else is mounted than the plan was made for
  limit,          // setrlimit
  landlock,       // a step of Landlock
  notify_filter,  // the filter with a listener
  policy_filter,  // the policy's own
  process,        // fork, pipe, descriptors
  execute,        // execve: not found or not executable
};

enum class Kind : int32_t {
  starting,   // by the command's process itself: the sender's credentials tell its number
  listener,   // with a descriptor: the notify filter's
  executing,  // the command is running
  failed,     // `value` is a Stage, `error` an errno
  ended,      // `value` is a status of waitpid(2)
};

struct Message {
  Kind kind{};
  int32_t value = 0;
  int32_t error = 0;
  char text[500] = {};  // a path, when there is one to tell; cut if need be
};

}  // namespace sbxc::init
