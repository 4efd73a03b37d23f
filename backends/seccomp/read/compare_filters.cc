#include "backends/seccomp/read/compare_filters.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "backends/seccomp/read/every_call.h"
#include "compiler/syscalls/syscalls.h"

namespace sbxc::bpf {

namespace {

constexpr size_t kMostChanges = 20'000;
constexpr uint32_t kActionMask = 0xffff0000;  // SECCOMP_RET_ACTION_FULL
constexpr uint32_t kUserNotif = 0x7fc00000;
constexpr uint32_t kTrace = 0x7ff00000;

std::optional<Arch> known_arch(uint32_t number) {
  for (const Arch arch : kArchs) {
    if (audit_arch(arch) == number) return arch;
  }
  return std::nullopt;
}

std::string name_of_call(uint32_t arch, uint32_t number) {
  const auto known = known_arch(arch);
  const auto call = known ? syscall_numbered(*known, number) : std::nullopt;
  if (call) return std::string(syscall(*call).name);
  return fmt::format("call {}", number);
}

}  // namespace

Effect effect_of(const Answer& answer) {
  if (answer.runs()) return Effect::allow;
  const uint32_t action = answer.value & kActionMask;
  return action == kUserNotif || action == kTrace ? Effect::ask : Effect::deny;
}

std::string name_of_arch(uint32_t audit_arch) {
  const auto known = known_arch(audit_arch);
  return known ? std::string(name_of(*known)) : fmt::format("architecture 0x{:x}", audit_arch);
}

FilterChanges compare_filters(const Program& before, const Program& after) {
  FilterChanges out;
  const Program* const programs[] = {&before, &after};
  // Cells of the number are cut at every number that has a name, so that each is told by its name.
  const auto add = [](const KnownWords& known, ReachedTests& tests) {
    if (known[kNumberWord]) return;
    for (const Syscall& call : all_syscalls()) {
      for (const Arch arch : kArchs) {
        const int32_t number = call.number(arch);
        if (number < 0) continue;
        tests.of_word[kNumberWord].push_back(
            {.comparison = Comparison::equal, .constant = static_cast<uint32_t>(number)});
      }
    }
    for (const Arch arch : kArchs) {
      tests.of_word[kArchWord].push_back(
          {.comparison = Comparison::equal, .constant = audit_arch(arch)});
    }
  };
  out.not_decided = for_every_call(programs, add, [&](const Words& words, const Cut& cut) {
    const Outcome was = run(before, words);
    const Outcome is = run(after, words);
    if (was.answer.value == is.answer.value) return;
    if (out.calls.size() == kMostChanges) {
      ++out.more;
      return;
    }
    const uint32_t arch = words[kArchWord];
    const uint32_t number = words[kNumberWord];
    out.calls.push_back(
        {arch, number, name_of_call(arch, number), describe_arguments(words, cut), was, is});
  });
  std::stable_sort(out.calls.begin(), out.calls.end(), [](const auto& a, const auto& b) {
    return std::tie(a.arch, a.number) < std::tie(b.arch, b.number);
  });
  return out;
}

}  // namespace sbxc::bpf
