// System calls of Linux by name: numbers for x86-64 and aarch64, named sets (`@mount`), and facets:
// parts of a call that a register tells apart (`ioctl:TIOCSTI`, `clone:newuser`, `socket:unix`).
//
// A facet is a request of its own. Plain `ioctl` means every call of it outside all its facets;
// denying `ioctl` denies the facets too, allowing `ioctl` does not allow them: a facet needs to be
// named, and needs its call. So the dangerous corner is closed unless a policy opens it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sbxc {

enum class SyscallId : uint16_t {};

enum class Arch : uint8_t { x86_64, aarch64 };
inline constexpr Arch kArchs[] = {Arch::x86_64, Arch::aarch64};
std::string_view name_of(Arch arch);
// The kernel's AUDIT_ARCH_* value (include/uapi/linux/audit.h).
uint32_t audit_arch(Arch arch);

// (args[argument] & mask) == value for one of `values`. All 64 bits are compared where wide, else
// the low 32: the kernel truncates such arguments (ioctl's request), so the high half is noise.
struct FacetTest {
  uint8_t argument;
  bool wide;
  uint64_t mask;
  std::span<const uint64_t> values;
  bool nonzero;  // instead of values: any bit of mask set
};

struct Syscall {
  std::string_view name;  // `openat`, or `ioctl:TIOCSTI`
  int32_t x86_64;         // number, -1 when the architecture has none
  int32_t aarch64;
  std::optional<SyscallId> base;  // of a facet: its call
  std::optional<FacetTest> test;  // of a facet

  int32_t number(Arch arch) const { return arch == Arch::x86_64 ? x86_64 : aarch64; }
};

struct SyscallSet {
  std::string_view name;  // with the `@`
  std::string_view title;
  std::span<const SyscallId> members;
};

std::span<const Syscall> all_syscalls();
const Syscall& syscall(SyscallId id);
std::optional<SyscallId> syscall_named(std::string_view name);
std::span<const SyscallSet> all_syscall_sets();
const SyscallSet* syscall_set_named(std::string_view name);
// The kernel whose headers the numbers were read from: `6.12`.
std::string_view syscall_table_kernel();

}  // namespace sbxc
