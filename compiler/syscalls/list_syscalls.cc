// The tables as text for a person who writes `syscall` rules.
#include <fmt/core.h>

#include "compiler/syscalls/syscalls.h"

namespace sbxc {

namespace {

constexpr size_t kWidth = 96;

// Words in lines of at most kWidth, each line indented.
std::string wrapped(std::span<const SyscallId> members) {
  std::string out;
  std::string line;
  for (const SyscallId id : members) {
    const std::string_view name = syscall(id).name;
    if (line.size() + 1 + name.size() > kWidth) {
      out += line + "\n";
      line.clear();
    }
    line += line.empty() ? "    " : " ";
    line += name;
  }
  return out + line + "\n";
}

std::string number_text(int32_t number) { return number < 0 ? "-" : fmt::format("{}", number); }

}  // namespace

std::string list_syscalls() {
  std::string out = fmt::format(
      "System calls of Linux {}. A facet (`ioctl:TIOCSTI`) is refused unless it is allowed by name "
      "or\n"
      "in a set, and needs its call.\n\nSets\n",
      syscall_table_kernel());
  for (const SyscallSet& set : all_syscall_sets()) {
    out += fmt::format("  {}: {}\n", set.name, set.title);
    if (set.name != "@all") out += wrapped(set.members);
  }
  out += fmt::format("\nCalls\n  {:<26}{:>7}{:>9}\n", "name", "x86-64", "aarch64");
  for (const Syscall& call : all_syscalls()) {
    out += fmt::format("  {:<26}{:>7}{:>9}\n", call.name, number_text(call.x86_64),
                       number_text(call.aarch64));
  }
  return out;
}

}  // namespace sbxc
