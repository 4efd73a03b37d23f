// What Seatbelt can do with each operation: the column of docs/backends.md.
#include <array>

#include "backends/seatbelt/seatbelt.h"

namespace sbxc {
namespace {

constexpr TargetName kTarget = TargetName::seatbelt;

constexpr auto kCapabilities = std::to_array<Capability>({
    {kTarget, Operation::read, Fidelity::exact,
     "`file-read*` by path, decided by the kernel; directories above may be looked up; denied in "
     "every spelling that a case-insensitive volume knows"},
    {kTarget, Operation::write, Fidelity::exact,
     "`file-write*`, hard links included; directories above a denied path cannot be made, moved or "
     "removed (narrowed); a `**` inside a deny that does not cover all writable places is widened"},
    {kTarget, Operation::exec, Fidelity::exact,
     "`process-exec*`, together with reading; no barrier to code that a program loads"},
    {kTarget, Operation::connect, Fidelity::elsewhere,
     "the proxy decides hosts and ports; the profile lets through its port (`PROXY_PORT`) alone, "
     "and no DNS"},
    {kTarget, Operation::listen, Fidelity::widened,
     "ports are exact with `*` as address; `localhost` covers every address of the machine "
     "(widened), other addresses are impossible"},
    {kTarget, Operation::socket, Fidelity::exact,
     "`network-outbound` and `network-bind` by path; a file deny does not stop connecting; no "
     "abstract sockets on macOS"},
    {kTarget, Operation::env, Fidelity::elsewhere, "the launcher passes on what the policy names"},
    {kTarget, Operation::syscall, Fidelity::absent, "system calls are named on Linux only"},
    {kTarget, Operation::mach, Fidelity::exact, "`mach-lookup` by global name"},
});

}  // namespace

std::span<const Capability> seatbelt_capabilities() { return kCapabilities; }

}  // namespace sbxc
