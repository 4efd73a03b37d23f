// The system calls of calls.def by name, and their numbers on this machine.
#pragma once

#include <sys/syscall.h>

#include <array>
#include <cstdint>
#include <string_view>

// Numbers that older kernel headers do not name; the same on both machines.
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SYS_setxattrat
#define SYS_setxattrat 463
#endif
#ifndef SYS_removexattrat
#define SYS_removexattrat 466
#endif
#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif
#ifndef SYS_file_setattr
#define SYS_file_setattr 469
#endif
#if defined(__aarch64__)
// Calls of the older machine: no number there.
#define SYS_open -1
#define SYS_creat -1
#define SYS_rename -1
#define SYS_link -1
#define SYS_symlink -1
#define SYS_mkdir -1
#define SYS_mknod -1
#define SYS_unlink -1
#define SYS_rmdir -1
#define SYS_chmod -1
#define SYS_chown -1
#define SYS_lchown -1
#define SYS_utime -1
#define SYS_utimes -1
#define SYS_futimesat -1
#define SYS_uselib -1
#ifndef SYS_renameat
#define SYS_renameat 38
#endif
#elif !defined(__x86_64__)
#error "the broker knows x86-64 and aarch64"
#endif

namespace sbxc::broker {

// Numbers above are of calls that this program does not know: answered with ENOSYS.
inline constexpr uint32_t kLastKnownCall = 469;

enum class Call : uint8_t {
#define CALL(name, what) name##_,
#include "runtime/broker/calls.def"
#undef CALL
};

enum class Treatment : uint8_t {
  open_flags_1,
  open_flags_2,
  notify,
  connect,
  socket,
  file_request,
  missing,
  refused,
};

struct CallRow {
  Call call;
  std::string_view name;
  int number;  // -1: this machine has none
  Treatment treatment;
};

inline constexpr std::array kCalls = {
#define CALL(name, what) CallRow{Call::name##_, #name, SYS_##name, Treatment::what},
#include "runtime/broker/calls.def"
#undef CALL
};

constexpr const CallRow* call_of(int number) {
  for (const CallRow& row : kCalls) {
    if (row.number == number && number >= 0) return &row;
  }
  return nullptr;
}

}  // namespace sbxc::broker
