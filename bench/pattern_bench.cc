// Path globs against a corpus of paths as a coding session makes them: nanoseconds a byte of path,
// beside fnmatch(3) where it has the same meaning (it knows no `**`), and parsing a pattern.
#include <benchmark/benchmark.h>
#include <fnmatch.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "compiler/pattern/path_glob.h"

namespace {

constexpr const char* kGlobs[] = {
    "/home/user/project/**",
    "/home/user/project/*/index.js",
    "/home/user/project/**/.git/{hooks/**,config}",
    "/**/*.[ch]",
    "/home/user/.ssh/id_*",
    "/**/node_modules/**/*.js",
    "/**/a*b*c*d*e",
};

const std::vector<std::string>& corpus() {
  static const std::vector<std::string> paths = [] {
    std::mt19937 random(7);
    const char* const names[] = {"node_modules", "src", "lib", ".git", "hooks", "left-pad", "dist"};
    const char* const files[] = {"index.js", "main.c", "config", "package.json", "id_ed25519"};
    std::vector<std::string> all;
    for (int i = 0; i < 1000; ++i) {
      std::string path = random() % 4 == 0 ? "/usr/lib" : "/home/user/project";
      for (auto depth = random() % 6; depth > 0; --depth) {
        path += std::string("/") + names[random() % std::size(names)];
      }
      all.push_back(path + "/" + files[random() % std::size(files)]);
    }
    return all;
  }();
  return paths;
}

sbxc::PathPattern parse(const char* text) {
  auto pattern = sbxc::parse_path_pattern(sbxc::PatternText::plain(text));
  if (!pattern) std::abort();
  return *pattern;
}

template <typename Match>
void match_corpus(benchmark::State& state, const char* glob, const Match& match) {
  state.SetLabel(glob);
  size_t hits = 0;
  size_t bytes = 0;
  for (auto _ : state) {
    for (const std::string& path : corpus()) {
      hits += match(path) ? 1 : 0;
      bytes += path.size();
    }
    benchmark::DoNotOptimize(hits);
  }
  const auto rounds = static_cast<double>(state.iterations());
  state.counters["matching"] = static_cast<double>(hits) / rounds;
  state.counters["time/byte"] = benchmark::Counter(
      static_cast<double>(bytes), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void path_match(benchmark::State& state) {
  const char* glob = kGlobs[state.range(0)];
  const sbxc::PathPattern pattern = parse(glob);
  match_corpus(state, glob, [&](const std::string& path) { return pattern.matches(path); });
}
BENCHMARK(path_match)->DenseRange(0, std::size(kGlobs) - 1);

void path_match_fnmatch(benchmark::State& state) {
  const char* glob = kGlobs[state.range(0)];
  match_corpus(state, glob, [&](const std::string& path) {
    return fnmatch(glob, path.c_str(), FNM_PATHNAME) == 0;
  });
}
BENCHMARK(path_match_fnmatch)->Arg(1)->Arg(4);

// The worst that a pattern of the allowed size can do to a path of the allowed size.
void path_match_hostile(benchmark::State& state) {
  std::string glob = "/*";
  for (int i = 0; i < 1000; ++i) glob += "[ab]";
  const sbxc::PathPattern pattern = parse((glob + "c").c_str());
  const std::string path = "/" + std::string(4090, 'a');
  bool hit = false;
  for (auto _ : state) {
    hit = hit || pattern.matches(path);
    benchmark::DoNotOptimize(hit);
  }
  if (hit) state.SkipWithError("it matched");
}
BENCHMARK(path_match_hostile);

void path_parse(benchmark::State& state) {
  const char* glob = kGlobs[state.range(0)];
  state.SetLabel(glob);
  size_t globs = 0;
  for (auto _ : state) {
    globs += parse(glob).globs.size();
    benchmark::DoNotOptimize(globs);
  }
}
BENCHMARK(path_parse)->Arg(0)->Arg(2);

}  // namespace

BENCHMARK_MAIN();
