// Asks the real kernel what a filter answers. A forked child loads it and makes raw calls;
// questions and results are in shared memory, so that no call is needed to report, and the parent
// ends the child with SIGKILL. Linux on x86-64 and aarch64; needs no privilege.
#pragma once

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#define SBXC_CAN_LOAD_FILTERS 1

#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/syscalls/syscalls.h"

namespace sbxc::seccomp {

#if defined(__x86_64__)
inline constexpr Arch kRunningArch = Arch::x86_64;
#else
inline constexpr Arch kRunningArch = Arch::aarch64;
#endif

struct KernelCall {
  uint64_t number = 0;
  std::array<uint64_t, 6> arguments{};
};

// The result register: a negative errno on failure. No C library, no sanitizer.
inline int64_t raw_call(const KernelCall& call) {
  const auto& a = call.arguments;
#if defined(__x86_64__)
  int64_t result = static_cast<int64_t>(call.number);
  register uint64_t r10 asm("r10") = a[3];
  register uint64_t r8 asm("r8") = a[4];
  register uint64_t r9 asm("r9") = a[5];
  asm volatile("syscall"
               : "+a"(result)
               : "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
#else
  register uint64_t x8 asm("x8") = call.number;
  register uint64_t x0 asm("x0") = a[0];
  register uint64_t x1 asm("x1") = a[1];
  register uint64_t x2 asm("x2") = a[2];
  register uint64_t x3 asm("x3") = a[3];
  register uint64_t x4 asm("x4") = a[4];
  register uint64_t x5 asm("x5") = a[5];
  asm volatile("svc 0"
               : "+r"(x0)
               : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
               : "memory");
  return static_cast<int64_t>(x0);
#endif
}

struct ChildOutcome {
  bool accepted = false;        // the kernel took the filter
  std::optional<int> signal{};  // that ended the child before it was done
  std::vector<int64_t> results{};
};

struct SharedPage {
  std::atomic<int> state;  // 0 starting, 1 loaded, 2 done, 3 refused
  size_t count;
  // Followed by `count` calls, then `count` results.
};

inline int load_filter(std::string_view bytes) {
  struct {
    uint16_t length;
    const void* filter;
  } program{static_cast<uint16_t>(bytes.size() / 8), bytes.data()};
  return static_cast<int>(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
}

// `then` runs in the child after the calls, with the filter in force.
inline ChildOutcome ask_kernel(std::string_view bytes, const std::vector<KernelCall>& calls,
                               void (*then)() = nullptr) {
  const size_t room =
      sizeof(SharedPage) + calls.size() * (sizeof(KernelCall) + sizeof(int64_t)) + 64;
  void* memory = mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return {};
  auto* page = new (memory) SharedPage{0, calls.size()};
  auto* questions = reinterpret_cast<KernelCall*>(page + 1);
  auto* results = reinterpret_cast<int64_t*>(questions + calls.size());
  std::copy(calls.begin(), calls.end(), questions);
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (load_filter(bytes) != 0) {
      page->state = 3;
    } else {
      page->state = 1;
      for (size_t i = 0; i < page->count; ++i) results[i] = raw_call(questions[i]);
      if (then != nullptr) then();
      page->state = 2;
    }
    for (;;) {
    }  // no call may be needed from here on: the parent ends this
  }
  ChildOutcome outcome;
  int status = 0;
  while (page->state != 2 && page->state != 3) {
    if (waitpid(child, &status, WNOHANG) == child) {
      outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
      break;
    }
    sched_yield();
  }
  outcome.accepted = page->state == 1 || page->state == 2;
  if (page->state == 2) outcome.results.assign(results, results + calls.size());
  if (!outcome.signal) {
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
  }
  munmap(memory, room);
  return outcome;
}

}  // namespace sbxc::seccomp

#endif
