// What a brokered open costs, beside a bare one: on one core, across two, and what other calls cost
// behind the filter. The judge is a path table of a policy like std/agent's.
#include <benchmark/benchmark.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "backends/path_table/path_table_builder.h"
#include "compiler/policy/terse_policy.h"
#include "runtime/broker/broker.h"
#include "runtime/broker/notify_filter.h"
#include "runtime/broker/table_judge.h"

namespace sbxc {
namespace {

enum class Cores { one, two };

void pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  sched_setaffinity(0, sizeof set, &set);
}

// The listener comes over a page that both share: its number in the other process.
struct Shared {
  volatile int state;  // 1: filter loaded, 2: go on, 3: done
  volatile int listener;
  volatile double nanoseconds;
};

double now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

template <typename Work>
double behind_the_broker(const path_table::PathTable& table, Cores cores,
                         const broker::NotifyOptions& options, Work work) {
  auto* shared = static_cast<Shared*>(
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  const pid_t parent = getpid();
  const pid_t command = fork();
  if (command == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    pin(0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    shared->listener = broker::install_notify_filter(broker::notify_filter(options));
    shared->state = 1;
    while (shared->state != 2) sched_yield();
    close(shared->listener);
    constexpr int kRounds = 5000;
    for (int i = 0; i < kRounds / 10; ++i) work();
    const double begin = now();
    for (int i = 0; i < kRounds; ++i) work();
    shared->nanoseconds = (now() - begin) / kRounds;
    _exit(0);
  }
  while (shared->state != 1) sched_yield();
  const int process = static_cast<int>(::syscall(SYS_pidfd_open, command, 0));
  const int listener = static_cast<int>(::syscall(SYS_pidfd_getfd, process, shared->listener, 0));
  const pid_t server = fork();
  if (server == 0) {
    pin(cores == Cores::one ? 0 : 1);
    broker::TableJudge judge(table);
    _exit(static_cast<int>(broker::serve({.listener = listener, .inside = command}, judge)));
  }
  close(listener);
  close(process);
  shared->state = 2;
  waitpid(command, nullptr, 0);
  waitpid(server, nullptr, 0);
  const double result = shared->nanoseconds;
  munmap(shared, sizeof(Shared));
  return result;
}

class Fixture {
 public:
  Fixture() {
    std::string pattern = "/tmp/broker-bench-XXXXXX";
    directory = mkdtemp(pattern.data());
    file = directory + "/file";
    close(open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    Policy policy;
    for (const std::string& rule :
         {std::string("allow read /**"), "allow write " + directory + "/**",
          "deny write " + directory + "/**/.git/hooks/**", "deny read " + directory + "/**/.env"}) {
      add_rule(policy, terse_rule(rule));
    }
    const auto bytes = build_path_table(policy, Os::linux);
    if (!bytes) abort();
    words.resize(bytes->size() / 8 + 1);
    std::memcpy(words.data(), bytes->data(), bytes->size());
    path_table::PathTable::view({reinterpret_cast<const uint8_t*>(words.data()), bytes->size()},
                                table);
  }
  ~Fixture() {
    unlink(file.c_str());
    rmdir(directory.c_str());
  }
  std::string directory;
  std::string file;
  std::vector<uint64_t> words;
  path_table::PathTable table;
};

template <typename Work>
void report(benchmark::State& state, Cores cores, const broker::NotifyOptions& options, Work work) {
  const Fixture fixture;
  for (auto _ : state) {
    state.SetIterationTime(
        behind_the_broker(fixture.table, cores, options, [&] { work(fixture); }) / 1e9);
  }
}

void open_and_close(const Fixture& fixture, int flags) {
  const int file = open(fixture.file.c_str(), flags);
  if (file < 0) abort();
  close(file);
}

void BM_OpenForWritingBare(benchmark::State& state) {
  const Fixture fixture;
  for (auto _ : state) open_and_close(fixture, O_WRONLY);
}
BENCHMARK(BM_OpenForWritingBare);

void BM_OpenForWritingBrokered(benchmark::State& state) {
  report(state, state.range(0) == 1 ? Cores::one : Cores::two, {},
         [](const Fixture& fixture) { open_and_close(fixture, O_WRONLY); });
}
BENCHMARK(BM_OpenForWritingBrokered)
    ->ArgName("cores")
    ->Arg(1)
    ->Arg(2)
    ->UseManualTime()
    ->Iterations(5)
    ->Unit(benchmark::kMicrosecond);

void BM_CreateAndRemoveBrokered(benchmark::State& state) {
  report(state, Cores::one, {}, [](const Fixture& fixture) {
    const std::string name = fixture.directory + "/new";
    close(open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    unlink(name.c_str());
  });
}
BENCHMARK(BM_CreateAndRemoveBrokered)
    ->UseManualTime()
    ->Iterations(5)
    ->Unit(benchmark::kMicrosecond);

void BM_OpenForReadingBehindTheFilter(benchmark::State& state) {
  report(state, Cores::one, {.reads = state.range(0) != 0},
         [](const Fixture& fixture) { open_and_close(fixture, O_RDONLY); });
}
BENCHMARK(BM_OpenForReadingBehindTheFilter)
    ->ArgName("brokered")
    ->Arg(0)
    ->Arg(1)
    ->UseManualTime()
    ->Iterations(5)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sbxc

BENCHMARK_MAIN();
