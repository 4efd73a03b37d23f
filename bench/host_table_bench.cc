// Asking the table, beside what one would write by hand: an unordered_map from name to rules, asked
// for every suffix. Both see the same queries and must find the same number of hits, or the program
// stops. Times are per query; `bytes/name` is the whole file.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <unordered_map>

#include "backends/proxy/host_table_builder.h"
#include "bench/host_names.h"
#include "runtime/host_table/host_table.h"

namespace sbxc {
namespace {

constexpr size_t kQueries = 200'000;

struct Data {
  std::vector<std::string> queries;
  Policy policy;
  std::string bytes;
  std::vector<uint64_t> words;  // the bytes, aligned
  size_t hits = 0;

  std::span<const uint8_t> file() const {
    return {reinterpret_cast<const uint8_t*>(words.data()), bytes.size()};
  }
};

Policy list_policy(const std::vector<std::string>& names) {
  Policy policy;
  Sources sources;
  Diagnostics diagnostics;
  const FileId file = sources.add("list", bench::list_text(names));
  policy.lists.push_back(*read_host_list(sources, file, diagnostics));
  Rule rule;
  rule.effect = Effect::allow;
  rule.operation = Operation::connect;
  rule.patterns.push_back(ConnectPattern{
      .span = {}, .written = "list", .hosts = {InList{ListId{0}}}, .ports = PortSet::web()});
  policy.rules.push_back(std::move(rule));
  return policy;
}

const Data& data_of(size_t count) {
  static std::map<size_t, Data> all;
  Data& data = all[count];
  if (!data.queries.empty()) return data;
  const std::vector<std::string> names = bench::random_names(count);
  data.queries = bench::random_queries(names, kQueries);
  data.policy = list_policy(names);
  data.bytes = build_host_table(data.policy, Os::linux, Sources())->bytes;
  data.words.resize(data.bytes.size() / 8 + 1);
  std::memcpy(data.words.data(), data.bytes.data(), data.bytes.size());
  const auto opened = host_table::HostTable::view(data.file());
  for (const std::string& query : data.queries) {
    if (opened.table.decide(query, 443).verdict == host_table::Verdict::allow) ++data.hits;
  }
  return data;
}

void expect_hits(size_t found, size_t expected) {
  if (found == expected && found > 0) return;
  std::fprintf(stderr, "%zu hits where %zu were expected\n", found, expected);
  std::exit(1);
}

void table_lookup(benchmark::State& state) {
  const Data& data = data_of(static_cast<size_t>(state.range(0)));
  const auto opened = host_table::HostTable::view(data.file());
  for (auto _ : state) {
    size_t hits = 0;
    for (const std::string& query : data.queries) {
      const auto decision = opened.table.decide(query, 443);
      hits += decision.verdict == host_table::Verdict::allow ? 1U : 0U;
    }
    benchmark::DoNotOptimize(hits);
    expect_hits(hits, data.hits);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kQueries));
  state.counters["ns/query"] = benchmark::Counter(
      static_cast<double>(kQueries) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["bytes/name"] =
      static_cast<double>(data.bytes.size()) / static_cast<double>(state.range(0));
}

void map_lookup(benchmark::State& state) {
  const Data& data = data_of(static_cast<size_t>(state.range(0)));
  const HostList& list = data.policy.lists[0];
  std::unordered_map<std::string_view, unsigned> map;  // 1 exact, 2 subdomains
  for (const HostList::Entry& entry : list.entries) {
    map[list.name_of(entry)] |= entry.subdomains ? 2U : 1U;
  }
  const auto allows = [&](std::string_view name) {
    unsigned wanted = 1;
    for (;;) {
      const auto found = map.find(name);
      if (found != map.end() && (found->second & wanted) != 0) return true;
      const size_t dot = name.find('.');
      if (dot == std::string_view::npos) return false;
      name.remove_prefix(dot + 1);
      wanted = 2;
    }
  };
  for (auto _ : state) {
    size_t hits = 0;
    for (const std::string& query : data.queries) hits += allows(query) ? 1U : 0U;
    benchmark::DoNotOptimize(hits);
    expect_hits(hits, data.hits);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kQueries));
  state.counters["ns/query"] = benchmark::Counter(
      static_cast<double>(kQueries) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void table_open(benchmark::State& state) {
  const Data& data = data_of(static_cast<size_t>(state.range(0)));
  for (auto _ : state) {
    const auto opened = host_table::HostTable::view(data.file());
    if (!opened) std::exit(1);
    benchmark::DoNotOptimize(opened.table.rule_count());
  }
}

void table_build(benchmark::State& state) {
  const Data& data = data_of(static_cast<size_t>(state.range(0)));
  for (auto _ : state) {
    const auto built = build_host_table(data.policy, Os::linux, Sources());
    if (built->bytes != data.bytes) std::exit(1);
  }
}

#define SBXC_SIZES \
  Arg(1'000)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)
BENCHMARK(table_lookup)->SBXC_SIZES;
BENCHMARK(map_lookup)->SBXC_SIZES;
BENCHMARK(table_open)->SBXC_SIZES;
BENCHMARK(table_build)->SBXC_SIZES;

}  // namespace
}  // namespace sbxc

BENCHMARK_MAIN();
