// What a run costs, side by side with bubblewrap alone (the same mounts) and with the npm package
// sandbox-runtime, all started in turn by one process; printed as the tables of
// docs/performance.md.
//   run_costs SBXC CALLS SOURCE NODE SRT [start] [memory] [calls] [build]
// SOURCE is a copy of this project to build; SRT is the package's cli.js, or `-`.
#include <fmt/core.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "bench/run/bare_plan.h"
#include "bench/run/interleaved.h"
#include "bench/run/package_settings.h"

namespace fs = std::filesystem;
using namespace sbxc::bench;

namespace {

constexpr const char* kBubblewrap = "/usr/bin/bwrap";

struct Bench {
  std::string sbxc;
  std::string calls;
  std::string source;
  std::string node;
  std::string package;
  fs::path place;  // a workspace
};

std::string policy(const Bench& bench, const std::string& name, const std::string& text) {
  std::ofstream(bench.place / name) << "sbx 1\n" << text;
  return bench.place / name;
}

std::string agent(const Bench& bench) { return policy(bench, "agent.sbx", "use std/agent\n"); }

std::vector<std::string> in_sbxc(const Bench& bench, const std::string& policy,
                                 std::vector<std::string> command) {
  command.insert(command.begin(), {bench.sbxc, "run", "--quiet", policy, "--"});
  return command;
}

std::vector<std::string> in_bubblewrap(std::vector<std::string> command) {
  command.insert(command.begin(), {kBubblewrap, "--args", "9", "--"});
  return command;
}

size_t mounts_in(const std::string& arguments) {
  std::istringstream words(arguments);
  size_t count = 0;
  for (std::string word; std::getline(words, word, '\0');) {
    count += word == "--bind" || word == "--ro-bind" || word == "--tmpfs" || word == "--dev-bind" ||
             word == "--proc" || word == "--dev" || word == "--remount-ro";
  }
  return count;
}

void print(const std::vector<Timed>& commands, const std::vector<Times>& times) {
  fmt::print(
      "| what | median | fastest | processor time | against {} | half of the rounds |\n"
      "|---|---|---|---|---|---|\n",
      commands.front().name);
  for (size_t i = 0; i < commands.size(); ++i) {
    const Times& one = times[i];
    if (one.failed != 0) {
      fmt::print("| {} | failed: status {} | | | | |\n", commands[i].name, one.failed);
      continue;
    }
    const Ratio against = ratio(one, times.front());
    fmt::print("| {} | {:.1f} ms | {:.1f} ms | {:.1f} ms | {:.3f} | {:.3f} to {:.3f} |\n",
               commands[i].name, one.median, one.least, one.processor, against.median,
               against.quarter, against.three_quarters);
  }
  fmt::print("\n");
}

Timed in_package(const Bench& bench, const std::string& title, const std::string& settings) {
  const fs::path file = bench.place / (std::to_string(std::hash<std::string>()(title)) + ".json");
  std::ofstream(file) << settings;
  return {title, {bench.node, bench.package, "-s", file, "true"}};
}

// The policy that means what the package's settings mean, of which each command is to hold one.
Timed in_sbxc_as(const Bench& bench, const Timed& in_package) {
  const fs::path made = bench.place / "imported.sbx";
  const std::string import =
      bench.sbxc + " import srt " + in_package.command[3] + " >" + made.string() + " 2>/dev/null";
  if (std::system(import.c_str()) != 0) fmt::print("{} failed\n", import);
  return {"`true` under what `sbxc import srt` makes of them", in_sbxc(bench, made, {"true"})};
}

void print_package(const char* what, const Times& package, const Times& sbxc) {
  if (package.failed != 0 || sbxc.failed != 0) return;
  const Ratio slower = ratio(package, sbxc);
  fmt::print("The npm package takes {:.1f} times as long {} ({:.1f} to {:.1f})\n\n", slower.median,
             what, slower.quarter, slower.three_quarters);
}

void start(const Bench& bench) {
  const std::string bare = bare_arguments(agent(bench), bench.place);
  const std::string base = policy(bench, "base.sbx", "use std/base\nallow write $cwd/**\n");
  std::vector<Timed> commands = {
      {"bubblewrap alone", in_bubblewrap({"/usr/bin/true"}), bare},
      {"`true` under `std/agent`", in_sbxc(bench, agent(bench), {"true"})},
      {"`true` under `std/base` and a directory", in_sbxc(bench, base, {"true"})},
      {"`true`, no sandbox", {"/usr/bin/true"}}};
  const size_t ours = commands.size();
  if (bench.package != "-") {
    fs::create_directories("/tmp/claude");  // the package mounts it, and does not always make it
    const PackageSettings nearest = nearest_settings(agent(bench), bench.place);
    fmt::print(
        "The settings nearest to `std/agent` deny {} reads and {} writes, {} hosts are "
        "allowed.\n\n",
        nearest.reads_denied, nearest.writes_denied, nearest.hosts_allowed);
    commands.push_back(
        in_package(bench, "`true` under the npm package, `std/agent`'s settings", nearest.json));
    commands.push_back(
        in_package(bench, "`true` under the npm package, one host and one directory",
                   R"({"network":{"allowedDomains":["registry.npmjs.org"],"deniedDomains":[]},)"
                   R"("filesystem":{"denyRead":["~/.ssh"],"allowWrite":["."],"denyWrite":[]}})"));
    commands.push_back(in_sbxc_as(bench, commands.back()));
  }
  fmt::print("Start, exec to exit ({} mounts under `std/agent`):\n\n", mounts_in(bare));
  const std::vector<Times> times = interleaved(commands, 40);
  print(commands, times);
  if (bench.package == "-") return;
  print_package("as sbxc, both with `std/agent`", times[ours], times[1]);
  print_package("as sbxc, both with one host and one directory", times[ours + 1], times[ours + 2]);
  print_package("with one host and one directory as sbxc with `std/agent`", times[ours + 1],
                times[1]);
}

std::string line_of(const std::string& file, const std::string& key) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(key)) return line.substr(line.find_first_not_of(" \t", key.size()));
  }
  return {};
}

// Of every process of sbxc itself below `root`; what it has become (bubblewrap) is not ours.
void print_memory(const Bench& bench, pid_t root) {
  fmt::print("| process | most memory | its own share now |\n|---|---|---|\n");
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code failed;
    if (fs::read_symlink(entry.path() / "exe", failed) != fs::canonical(bench.sbxc)) continue;
    const std::string status = entry.path() / "status";
    const bool ours =
        name == std::to_string(root) || line_of(status, "PPid:") == std::to_string(root);
    if (!ours) continue;
    fmt::print("| {} | {} | {} |\n", name == std::to_string(root) ? "supervisor" : "beside it",
               line_of(status, "VmHWM:"), line_of(entry.path() / "smaps_rollup", "Pss:"));
  }
  fmt::print("\n");
}

void memory(const Bench& bench) {
  const fs::path begun = bench.place / "begun";
  fs::remove(begun);
  std::vector<std::string> words =
      in_sbxc(bench, agent(bench), {"sh", "-c", "touch begun; touch sub/deps.lock; sleep 60"});
  std::vector<char*> raw;
  for (std::string& word : words) raw.push_back(word.data());
  raw.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawn(&child, raw[0], nullptr, nullptr, raw.data(), environ) != 0) return;
  while (!fs::exists(begun)) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  std::this_thread::sleep_for(std::chrono::seconds(1));  // the path table comes meanwhile
  fmt::print("Memory under `std/agent`:\n\n");
  print_memory(bench, child);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

std::map<std::string, std::string> output_of(const std::string& command) {
  std::map<std::string, std::string> figures;
  FILE* pipe = popen(command.c_str(), "r");
  char name[64];
  char figure[64];
  while (pipe != nullptr && fscanf(pipe, "%63s %63s", name, figure) == 2) figures[name] = figure;
  if (pipe != nullptr) pclose(pipe);
  return figures;
}

void calls(const Bench& bench) {
  const std::string here = bench.place;
  fs::copy_file(bench.calls, bench.place / "calls", fs::copy_options::overwrite_existing);
  std::ofstream(bench.place / "bare.args", std::ios::binary) << bare_arguments(agent(bench), here);
  const std::string program = "./calls " + here;
  const std::string inside = bench.sbxc + " run --quiet agent.sbx -- " + program;
  const std::vector<std::pair<std::string, std::string>> ways = {
      {"no sandbox", program},
      {"bubblewrap alone", std::string(kBubblewrap) + " --args 9 -- " + program + " 9<bare.args"},
      {"`std/agent`", inside},
      {"on one core", "taskset -c 0 " + inside}};
  std::vector<std::map<std::string, std::string>> figures;
  fmt::print("Calls, microseconds (each with its reverse):\n\n| call |");
  for (const auto& [name, command] : ways) {
    fmt::print(" {} |", name);
    figures.push_back(output_of("cd " + here + " && " + command));
  }
  fmt::print("\n|---|---|---|---|---|\n");
  for (const auto& [name, unused] : figures.front()) {
    fmt::print("| {} |", name);
    for (auto& column : figures) fmt::print(" {} |", column[name]);
    fmt::print("\n");
  }
  fmt::print("\n");
}

// Configured as somebody who builds it does, and four of its rooms built.
void build_with(const Bench& bench, const std::string& rules, const std::string& title,
                const std::string& options, int rounds) {
  const std::string script =
      "cd " + bench.source + " && cmake -S . -B out -G Ninja " + options +
      " -DSBXC_TESTS=OFF -DSBXC_BENCH=OFF -DCCACHE_PROGRAM= >/dev/null 2>&1"
      " && ninja -C out sbxc_broker sbxc_diag sbxc_path_table sbxc_host_table"
      " sbxc_launch >/dev/null";
  const std::string again = "rm -rf " + bench.source + "/out";
  const std::vector<std::string> command = {"/bin/sh", "-c", script};
  const std::vector<Timed> commands = {
      {"bubblewrap alone", in_bubblewrap(command), bare_arguments(rules, bench.place), again},
      {"`std/agent`", in_sbxc(bench, rules, command), {}, again},
      {"no sandbox", command, {}, again}};
  fmt::print("This project configured and four of its rooms built {}, without ccache:\n\n", title);
  print(commands, interleaved(commands, rounds));
}

void build(const Bench& bench) {
  const std::string rules = policy(
      bench, "build.sbx",
      "use std/agent\nallow write " + bench.source + "/**\nallow exec " + bench.source + "/**\n");
  build_with(bench, rules, "as its release preset does",
             "-DCMAKE_BUILD_TYPE=Release -DSBXC_SELF_CONTAINED=ON", 9);
  // Half of the compiler's time goes into finding and reading headers.
  build_with(bench, rules, "at -O0", "-DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0", 7);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) return 2;
  std::string pattern = fs::canonical(fs::temp_directory_path()) / "sbxc-run-XXXXXX";
  const Bench bench{argv[1], argv[2], argv[3], argv[4], argv[5], mkdtemp(pattern.data())};
  fs::current_path(bench.place);
  fs::create_directory("sub");
  const std::vector<std::string> wanted(argv + 6, argv + argc);
  const std::vector<std::pair<std::string, void (*)(const Bench&)>> parts = {
      {"start", start}, {"memory", memory}, {"calls", calls}, {"build", build}};
  for (const auto& [name, part] : parts) {
    if (!wanted.empty() && std::ranges::find(wanted, name) == wanted.end()) continue;
    part(bench);
    std::fflush(stdout);
  }
  fs::remove_all(bench.place);
  return 0;
}
