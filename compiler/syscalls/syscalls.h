// System calls of Linux by name: numbers for x86-64 and aarch64, named sets (`@mount`), and facets:
// parts of a call that a register tells apart (`ioctl:TIOCSTI`, `clone:newuser`, `socket:unix`).
//
// A facet is a request of its own. Plain `ioctl` means every call of it outside all its facets;
// denying `ioctl` denies the facets too, allowing `ioctl` does not allow them: a facet needs to be
// named, and needs its call. So the dangerous corner is closed unless a policy opens it. Facets of
// one call may overlap (`clone` with two flags): then each of them needs to be allowed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sbxc {

enum class SyscallId : uint16_t {};

enum class Arch : uint8_t { x86_64, aarch64 };
inline constexpr Arch kArchs[] = {Arch::x86_64, Arch::aarch64};
std::string_view name_of(Arch arch);
// The kernel's AUDIT_ARCH_* value (include/uapi/linux/audit.h).
uint32_t audit_arch(Arch arch);

enum class FacetMatch : uint8_t {
  one_of,   // (argument & mask) is one of the values
  none_of,  // … none of them
  any_bit,  // (argument & mask) is not zero
};

// Only the low 32 bits of an argument are looked at: every argument with a facet is an `int` or an
// `unsigned int` to the kernel, so the high half is noise that a test must not depend on.
struct FacetTest {
  uint8_t argument;
  FacetMatch match;
  uint32_t mask;
  std::array<uint32_t, 6> storage{};
  uint8_t count = 0;

  std::span<const uint32_t> values() const { return {storage.data(), count}; }
  bool matches(uint64_t value) const;
};

struct Syscall {
  std::string_view name;  // `openat`, or `ioctl:TIOCSTI`
  int32_t x86_64;         // number, -1 when the architecture has none
  int32_t aarch64;
  std::optional<SyscallId> base;  // of a facet: its call
  std::vector<FacetTest> tests;   // of a facet: all must hold

  int32_t number(Arch arch) const { return arch == Arch::x86_64 ? x86_64 : aarch64; }
};

struct SyscallSet {
  std::string_view name;  // with the `@`
  std::string_view title;
  std::span<const SyscallId> members;  // sorted
};

std::span<const Syscall> all_syscalls();
const Syscall& syscall(SyscallId id);
std::optional<SyscallId> syscall_named(std::string_view name);
std::span<const SyscallSet> all_syscall_sets();
const SyscallSet* syscall_set_named(std::string_view name);
// The facets of a call; empty for a facet and for most calls.
std::span<const SyscallId> facets_of(SyscallId call);
// The call with that number, never a facet.
std::optional<SyscallId> syscall_numbered(Arch arch, uint32_t number);
// One more than the newest number of the table.
uint32_t table_end(Arch arch);

// A name for a call that neither architecture has: of a 32-bit system, or of the C library.
struct OtherName {
  std::string_view name;
  std::string_view where;    // `a system call of 32-bit systems`
  std::string_view instead;  // what to write: a name, several, or a set
};
const OtherName* other_syscall_name(std::string_view name);
// The kernel whose tables the numbers were read from: `6.18`.
std::string_view syscall_table_kernel();
// Sets with their members, then every call and facet with its numbers: `sbxc help syscalls`.
std::string list_syscalls();

}  // namespace sbxc
