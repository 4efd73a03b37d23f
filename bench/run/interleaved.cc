#include "bench/run/interleaved.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

extern char** environ;

namespace sbxc::bench {

namespace {

struct One {
  double wall;
  double processor;
  long peak_kb;
  int status;
};

double milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

int memory_file(const std::string& bytes) {
  const int file = memfd_create("bench", 0);
  if (file < 0 || write(file, bytes.data(), bytes.size()) < 0) std::abort();
  lseek(file, 0, SEEK_SET);
  return file;
}

One run(const Timed& timed) {
  if (!timed.before.empty() && std::system(timed.before.c_str()) != 0) std::abort();
  std::vector<char*> words;
  for (const std::string& word : timed.command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const int file = timed.file.empty() ? -1 : memory_file(timed.file);
  if (file >= 0) posix_spawn_file_actions_adddup2(&actions, file, 9);
  const auto begin = std::chrono::steady_clock::now();
  pid_t child = 0;
  if (posix_spawn(&child, words[0], &actions, nullptr, words.data(), environ) != 0) std::abort();
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  posix_spawn_file_actions_destroy(&actions);
  if (file >= 0) close(file);
  return {took.count(), milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime),
          usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

}  // namespace

Ratio ratio(const Times& times, const Times& other) {
  std::vector<double> all;
  for (size_t i = 0; i < std::min(times.walls.size(), other.walls.size()); ++i) {
    all.push_back(times.walls[i] / other.walls[i]);
  }
  std::ranges::sort(all);
  if (all.empty()) return {};
  return {all[all.size() / 2], all[all.size() / 4], all[all.size() * 3 / 4]};
}

std::vector<Times> interleaved(const std::vector<Timed>& commands, int rounds) {
  std::vector<Times> results(commands.size());
  std::vector<std::vector<double>> processors(commands.size());
  for (int round = 0; round <= rounds; ++round) {
    for (size_t i = 0; i < commands.size(); ++i) {
      const One one = run(commands[i]);
      if (one.status != 0) results[i].failed = one.status;
      if (round == 0) continue;  // fills caches
      results[i].walls.push_back(one.wall);
      processors[i].push_back(one.processor);
      results[i].peak_kb = std::max(results[i].peak_kb, one.peak_kb);
    }
  }
  for (size_t i = 0; i < commands.size(); ++i) {
    const std::vector<double>& walls = results[i].walls;
    results[i].median = median(walls);
    results[i].processor = median(processors[i]);
    results[i].least = walls.empty() ? 0 : *std::ranges::min_element(walls);
  }
  return results;
}

}  // namespace sbxc::bench
