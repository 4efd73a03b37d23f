// Parsing a policy: text to AST, everything included (limits, lexer, generated parser, checks).
// Each round checks that the tree has as many statements as the text has rules.
#include <benchmark/benchmark.h>

#include "compiler/fmt/fmt.h"
#include "compiler/parse/parse.h"

namespace {

using namespace sbxc;

// Rules of the kinds and lengths that real policies have, 55 bytes each on average.
std::string policy_of(int64_t rules) {
  std::string text = "sbx 1\npolicy bench \"made of rules\"\n";
  for (int64_t i = 0; i < rules; ++i) {
    const std::string n = std::to_string(i);
    switch (i % 4) {
      case 0:
        text += "allow read /usr/lib/" + n + "/**, ~/.config/" + n + "\n";
        break;
      case 1:
        text += "deny  write $workspace/**/" + n + "/{hooks/**,config}  because \"runs later\"\n";
        break;
      case 2:
        text += "allow connect h" + n + ".example.com:443,8443, *.d" + n + ".org\n";
        break;
      default:
        text += "deny  read ~/." + n + "/** except ~/." + n + "/public  # comment\n";
    }
  }
  return text;
}

void parse_rules(benchmark::State& state) {
  const std::string text = policy_of(state.range(0));
  Sources sources;
  const FileId file = sources.add("bench.sbx", text);
  for (auto _ : state) {
    Diagnostics diagnostics;
    std::optional<ast::File> parsed = parse(sources, file, diagnostics);
    if (!parsed || parsed->statements.size() != static_cast<size_t>(state.range(0)) + 1) {
      state.SkipWithError("the policy was not parsed as it was written");
      break;
    }
    benchmark::DoNotOptimize(parsed);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}
BENCHMARK(parse_rules)->Arg(100)->Arg(10'000)->Arg(60'000)->Unit(benchmark::kMicrosecond);

void format_rules(benchmark::State& state) {
  const std::string text = policy_of(state.range(0));
  Sources sources;
  const FileId file = sources.add("bench.sbx", text);
  Diagnostics diagnostics;
  const std::optional<ast::File> parsed = parse(sources, file, diagnostics);
  size_t length = 0;
  for (auto _ : state) {
    const std::string formatted = format(*parsed, sources);
    length = formatted.size();
    benchmark::DoNotOptimize(length);
  }
  if (length < text.size() / 2) state.SkipWithError("the formatted text is too short");
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}
BENCHMARK(format_rules)->Arg(100)->Arg(10'000)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
