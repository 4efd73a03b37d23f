// From a list file to the proxy's table, piece by piece: reading a list of plain names, one in the
// hosts-file form and one of international names, then the table and its JSON.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "backends/proxy/proxy.h"
#include "bench/host_names.h"
#include "compiler/pattern/host_name.h"

namespace sbxc {
namespace {

void read(benchmark::State& state, const std::string& text, size_t expected) {
  for (auto _ : state) {
    Sources sources;
    Diagnostics diagnostics;
    const FileId file = sources.add("list", text);
    const auto list = read_host_list(sources, file, diagnostics);
    if (!list || list->entries.size() != expected) std::exit(1);
    benchmark::DoNotOptimize(list->blob.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}

void read_plain(benchmark::State& state) {
  const auto names = bench::random_names(static_cast<size_t>(state.range(0)));
  std::string text;
  for (const std::string& name : names) text += name + "\n";
  read(state, text, names.size());
}

void read_hosts_form(benchmark::State& state) {
  const auto names = bench::random_names(static_cast<size_t>(state.range(0)));
  std::string text = "127.0.0.1 localhost\n";
  for (const std::string& name : names) text += "0.0.0.0 " + name + "\n";
  read(state, text, names.size());
}

void read_international(benchmark::State& state) {
  const auto names = bench::random_names(static_cast<size_t>(state.range(0)));
  std::string text;
  for (const std::string& name : names) text += "bücher." + name + "\n";
  read(state, text, names.size());
}

void lower(benchmark::State& state) {
  const auto names = bench::random_names(static_cast<size_t>(state.range(0)));
  Policy policy;
  Sources sources;
  Diagnostics diagnostics;
  const FileId file = sources.add("list", bench::list_text(names));
  policy.lists.push_back(*read_host_list(sources, file, diagnostics));
  Rule rule;
  rule.operation = Operation::connect;
  rule.patterns.push_back(ConnectPattern{
      .span = {}, .written = "list", .hosts = {InList{ListId{0}}}, .ports = PortSet::web()});
  policy.rules.push_back(std::move(rule));
  size_t bytes = 0;
  for (auto _ : state) {
    const Lowered lowered = lower_proxy(policy, Os::linux, sources);
    if (lowered.artifacts.size() != 2) std::exit(1);
    bytes = lowered.artifacts[0].bytes.size();
  }
  state.counters["bytes/name"] = static_cast<double>(bytes) / static_cast<double>(state.range(0));
}

BENCHMARK(read_plain)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(read_hosts_form)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(read_international)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(lower)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sbxc

BENCHMARK_MAIN();
