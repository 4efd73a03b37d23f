// Whole processes, as a person waits for them: from exec to exit, with the largest resident size.
// The policies are made here from a fixed seed: a hundred rules of every kind, a list of hosts.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

extern char** environ;

namespace {

namespace fs = std::filesystem;

const std::string& scratch() {
  static const std::string path = [] {
    std::string name = (fs::temp_directory_path() / "sbxc-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    return name;
  }();
  return path;
}

std::string hundred_rules() {
  std::mt19937 random(7);
  const auto number = [&](unsigned bound) { return std::to_string(random() % bound); };
  std::string text = "sbx 1\nuse std/base\n";
  for (int i = 0; i < 30; ++i) text += "allow read /srv/data" + number(1000) + "/**\n";
  for (int i = 0; i < 20; ++i) text += "allow write /srv/out" + number(1000) + "/cache/**\n";
  for (int i = 0; i < 15; ++i) {
    text += "deny read /srv/data" + number(1000) + "/**/.env  because \"keys\"\n";
  }
  for (int i = 0; i < 25; ++i) text += "allow connect host" + number(1000) + ".example.com:443\n";
  for (int i = 0; i < 10; ++i) text += "allow env NAME_" + number(1000) + "\n";
  return text;
}

void write_file(const std::string& name, const std::string& text) {
  std::ofstream(scratch() + "/" + name, std::ios::binary) << text;
}

// What is in `output` is removed before each start, unless it is empty.
void run(benchmark::State& state, std::vector<std::string> argv, const std::string& output = {}) {
  long peak = 0;
  for ([[maybe_unused]] auto iteration : state) {
    if (!output.empty()) fs::remove_all(output);
    std::vector<char*> raw;
    for (std::string& word : argv) raw.push_back(word.data());
    raw.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    const auto start = std::chrono::steady_clock::now();
    pid_t child = 0;
    if (posix_spawn(&child, raw[0], &actions, nullptr, raw.data(), environ) != 0) std::abort();
    int status = 0;
    rusage usage{};
    wait4(child, &status, 0, &usage);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    posix_spawn_file_actions_destroy(&actions);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
      state.SkipWithError("the program failed");
      return;
    }
    state.SetIterationTime(took.count());
    peak = std::max(peak, usage.ru_maxrss);
  }
  state.counters["peak_MB"] = static_cast<double>(peak) / 1024;
}

void version(benchmark::State& state) { run(state, {SBXC_PROGRAM, "--version"}); }

// Into a new directory, and over what the compilation before it wrote: on some file systems
// replacing a file by renaming waits for the new one's blocks.
void compile_hundred_rules(benchmark::State& state) {
  write_file("rules.sbx", hundred_rules());
  const std::string output = scratch() + "/rules";
  const bool replace = state.range(0) != 0;
  run(state, {SBXC_PROGRAM, "compile", "--no-verify", scratch() + "/rules.sbx", "-o", output},
      replace ? "" : output);
}

void compile_hosts(benchmark::State& state) {
  std::mt19937 random(11);
  std::string list;
  for (int64_t i = 0; i < state.range(0); ++i) {
    list += "h" + std::to_string(random()) + (i % 3 == 0 ? ".ads." : ".") + "site" +
            std::to_string(i) + ".example\n";
  }
  write_file("hosts.txt", list);
  write_file("hosts.sbx",
             "sbx 1\nuse std/base\nlet blocked = hosts \"hosts.txt\"\n"
             "allow connect *.example\ndeny connect blocked\n");
  run(state, {SBXC_PROGRAM, "compile", "--no-verify", scratch() + "/hosts.sbx", "-o",
              scratch() + "/hosts"});
}

BENCHMARK(version)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(compile_hundred_rules)
    ->ArgName("replace")
    ->Arg(0)
    ->Arg(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(compile_hosts)->Arg(100000)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  fs::remove_all(scratch());
  return 0;
}
