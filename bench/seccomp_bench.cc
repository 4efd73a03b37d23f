// Filters: how long one takes to make, how long the kernel takes to load it, and what it costs a
// call, beside the same policy through libseccomp where that is installed (its default, a linear
// list, and its binary tree). The policy is the default profile of containers-common, without
// capabilities; `instructions` and `executed` (mean over the allowed calls) are counters.
#include <benchmark/benchmark.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "backends/seccomp/generate.h"
#include "backends/seccomp/interpreter.h"
#include "backends/seccomp/oci_reader.h"

#ifdef SBXC_HAVE_LIBSECCOMP
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>
#endif
#ifdef __linux__
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace {

namespace seccomp = sbxc::seccomp;
using sbxc::Arch;

const seccomp::SyscallProgram* profile() {
  static const auto program = [] {
    std::ostringstream text;
    text << std::ifstream("/usr/share/containers/seccomp.json").rdbuf();
    return seccomp::read_oci_profile(text.str(), Arch::x86_64);
  }();
  return program ? &*program : nullptr;
}

void count(benchmark::State& state, const std::string& bytes) {
  const auto bpf = seccomp::Bpf::read(bytes);
  if (!bpf || profile() == nullptr) return;
  double executed = 0;
  double allowed = 0;
  for (const auto& [number, behaviour] : profile()->numbers) {
    const auto outcome = bpf->run({number, sbxc::audit_arch(Arch::x86_64), 0, {}});
    if (outcome.value != seccomp::kAllow.value()) continue;
    executed += outcome.executed;
    ++allowed;
  }
  state.counters["instructions"] = static_cast<double>(bpf->size());
  state.counters["executed"] = executed / allowed;
}

void generate(benchmark::State& state) {
  if (profile() == nullptr) return state.SkipWithError("containers-common is not installed");
  std::string bytes;
  for (auto _ : state) {
    bytes = seccomp::generate(*profile()).bytes();
    benchmark::DoNotOptimize(bytes.data());
  }
  count(state, bytes);
}
BENCHMARK(generate)->Unit(benchmark::kMicrosecond);

#ifdef SBXC_HAVE_LIBSECCOMP
int action_of(const seccomp::Answer& answer) {
  return static_cast<int>(answer == seccomp::kAllow ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(answer.data));
}

scmp_arg_cmp comparison(const seccomp::ArgTest& test) {
  return {test.argument, test.compare == seccomp::Compare::not_equal ? SCMP_CMP_NE : SCMP_CMP_EQ,
          test.value, 0};
}

std::string through_libseccomp(uint32_t optimize) {
  const int otherwise = action_of(profile()->beyond);
  scmp_filter_ctx filter = seccomp_init(static_cast<uint32_t>(otherwise));
  seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, optimize);
  for (const auto& [number, behaviour] : profile()->numbers) {
    for (const seccomp::Clause& clause : behaviour.clauses) {
      std::vector<scmp_arg_cmp> tests;
      for (const seccomp::ArgTest& test : clause.all) tests.push_back(comparison(test));
      const int action = action_of(clause.answer);
      if (action == otherwise) continue;
      seccomp_rule_add_array(filter, static_cast<uint32_t>(action), static_cast<int>(number),
                             static_cast<unsigned>(tests.size()), tests.data());
    }
  }
  const int fd = memfd_create("filter", 0);
  seccomp_export_bpf(filter, fd);
  seccomp_release(filter);
  std::string bytes(static_cast<size_t>(lseek(fd, 0, SEEK_END)), '\0');
  const ssize_t got = pread(fd, bytes.data(), bytes.size(), 0);
  close(fd);
  bytes.resize(got < 0 ? 0 : static_cast<size_t>(got));
  return bytes;
}

void libseccomp(benchmark::State& state) {
  if (profile() == nullptr) return state.SkipWithError("containers-common is not installed");
  std::string bytes;
  for (auto _ : state) {
    bytes = through_libseccomp(static_cast<uint32_t>(state.range(0)));
    benchmark::DoNotOptimize(bytes.data());
  }
  count(state, bytes);
}
BENCHMARK(libseccomp)->ArgName("optimize")->Arg(1)->Arg(2)->Unit(benchmark::kMicrosecond);
#endif

#if defined(__linux__) && defined(__x86_64__)
// Loading is measured in a child for each filter: a process cannot get rid of one. The child gives
// the time back through its exit status' stead, a pipe.
double load_and_time(const std::string& bytes, long call, int calls) {
  int ends[2];
  if (pipe(ends) != 0) return 0;
  const pid_t child = fork();
  if (child == 0) {
    const sock_fprog program{static_cast<unsigned short>(bytes.size() / 8),
                             reinterpret_cast<sock_filter*>(const_cast<char*>(bytes.data()))};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    const auto begin = std::chrono::steady_clock::now();
    ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
    const auto loaded = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) ::syscall(call, 8);
    const auto end = std::chrono::steady_clock::now();
    const double seconds =
        std::chrono::duration<double>(calls == 0 ? loaded - begin : end - loaded).count();
    [[maybe_unused]] const ssize_t put = write(ends[1], &seconds, sizeof seconds);
    _exit(0);
  }
  double seconds = 0;
  [[maybe_unused]] const ssize_t got = read(ends[0], &seconds, sizeof seconds);
  close(ends[0]);
  close(ends[1]);
  waitpid(child, nullptr, 0);
  return seconds;
}

std::string filter_numbered(int64_t which) {
#ifdef SBXC_HAVE_LIBSECCOMP
  if (which > 0) return through_libseccomp(static_cast<uint32_t>(which));
#endif
  return which > 0 ? std::string{} : seccomp::generate(*profile()).bytes();
}

// 0 is ours, 1 libseccomp, 2 libseccomp's binary tree.
void load(benchmark::State& state) {
  const std::string bytes = profile() == nullptr ? "" : filter_numbered(state.range(0));
  if (bytes.empty()) return state.SkipWithError("not available here");
  for (auto _ : state) state.SetIterationTime(load_and_time(bytes, 0, 0));
  count(state, bytes);
}
BENCHMARK(load)->ArgName("filter")->Arg(0)->Arg(1)->Arg(2)->UseManualTime()->Iterations(200)->Unit(
    benchmark::kMicrosecond);

void calls(benchmark::State& state) {
  const std::string bytes = profile() == nullptr ? "" : filter_numbered(state.range(0));
  if (bytes.empty()) return state.SkipWithError("not available here");
  constexpr int kCalls = 100000;
  const long call = state.range(1) == 0   ? SYS_getppid
                    : state.range(1) == 1 ? SYS_personality
                                          : SYS_bpf;
  for (auto _ : state) state.SetIterationTime(load_and_time(bytes, call, kCalls) / kCalls);
}
// Calls: allowed (from the bitmap), allowed by argument, refused.
BENCHMARK(calls)
    ->ArgNames({"filter", "call"})
    ->ArgsProduct({{0, 1, 2}, {0, 1, 2}})
    ->UseManualTime()
    ->Iterations(20)
    ->Unit(benchmark::kNanosecond);
#endif

}  // namespace

BENCHMARK_MAIN();
