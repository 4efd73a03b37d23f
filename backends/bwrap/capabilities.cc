#include <array>

#include "backends/bwrap/bwrap.h"

namespace sbxc {

std::span<const Capability> bwrap_capabilities() {
  constexpr TargetName kBwrap = TargetName::bwrap;
  static constexpr auto kRows = std::to_array<Capability>({
      {kBwrap, Operation::read, Fidelity::exact,
       "mounts; what is not allowed is not there. Wildcards: what exists at the start is mounted "
       "or "
       "hidden, names that appear later need the broker (denied) or the next start (allowed)"},
      {kBwrap, Operation::write, Fidelity::exact,
       "read-only and writable binds, with the directories above protected names pinned against "
       "renaming; names that do not exist yet need the broker"},
      {kBwrap, Operation::exec, Fidelity::exact,
       "what can be read can be executed; less than that needs Landlock, which knows the files "
       "that "
       "are there at the start: a program that takes the place of another waits for the next, "
       "unless its directory is allowed with all below it"},
      {kBwrap, Operation::connect, Fidelity::elsewhere,
       "a network namespace of its own without a way out; the proxy serves inside it"},
      {kBwrap, Operation::listen, Fidelity::elsewhere,
       "forwards set up by the launcher into the network namespace"},
      {kBwrap, Operation::socket, Fidelity::exact,
       "allowed sockets are bound, others hidden; sockets made later need the broker; with none "
       "allowed the seccomp filter refuses them all"},
      {kBwrap, Operation::env, Fidelity::exact, "cleared; what the policy passes or sets is set"},
      {kBwrap, Operation::syscall, Fidelity::elsewhere, "the seccomp filter"},
      {kBwrap, Operation::mach, Fidelity::absent, "Linux has no Mach services"},
  });
  return kRows;
}

}  // namespace sbxc
