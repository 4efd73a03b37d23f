// Policies as automata: deciding every request at once, comparing two policies, and one path.
// The policies are made up, with the shapes of real ones: a tree of literal directories, `*.ext`
// names, `**` in the middle, a tenth of them denies, some with exceptions.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdlib>
#include <random>
#include <string>

#include "bench/host_names.h"
#include "compiler/analysis/mutation_run.h"
#include "compiler/decisions/compare.h"
#include "compiler/policy/terse_policy.h"

namespace {

using sbxc::Operation;
using sbxc::Os;
using sbxc::Policy;

std::string random_path(std::mt19937& random) {
  static constexpr const char* kTop[] = {"/usr/lib", "/usr/share", "/home/u/project", "/var/lib",
                                         "/etc",     "/opt/tools", "/home/u/.cache"};
  std::string path = kTop[random() % std::size(kTop)];
  for (auto depth = random() % 3 + 1; depth > 0; --depth) {
    path += '/' + sbxc::bench::random_label(random, 3, 10);
  }
  return path;
}

std::string random_glob(std::mt19937& random) {
  std::string path = random_path(random);
  switch (random() % 16) {
    case 0:
      return path + "/**/" + sbxc::bench::random_label(random, 3, 8) + "/**";
    case 1:
      return path + "/**/*." + sbxc::bench::random_label(random, 2, 3);
    case 2:
    case 3:
      return path + "/*." + sbxc::bench::random_label(random, 2, 3);
    case 4:
      return path + "/" + sbxc::bench::random_label(random, 2, 4) + "*";
    case 5:
    case 6:
    case 7:
    case 8:
      return path + "/**";
    default:
      return path;
  }
}

Policy path_policy(size_t rules, unsigned seed) {
  std::mt19937 random(seed);
  Policy policy;
  for (size_t i = 0; i < rules; ++i) {
    std::string text = random() % 10 == 0 ? "deny " : "allow ";
    text += random() % 3 == 0 ? "write " : "read ";
    text += random_glob(random);
    if (random() % 50 == 0) text += " except " + random_glob(random);
    add_rule(policy, sbxc::terse_rule(text));
  }
  return policy;
}

Policy subtrees(int count) {
  Policy policy;
  for (int i = 0; i < count; ++i) {
    const std::string name = "name" + std::string(1, static_cast<char>('a' + i));
    add_rule(policy, sbxc::terse_rule("allow read /sys/devices/**/" + name + "/**"));
  }
  return policy;
}

size_t states_of(const sbxc::Decided& decided) {
  return std::get<sbxc::automata::Dfa>(decided).size();
}

void report_memory(benchmark::State& state) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["max_rss_mb"] = static_cast<double>(usage.ru_maxrss) / 1024;
}

void BM_DecideEveryPath(benchmark::State& state) {
  const Policy policy = path_policy(static_cast<size_t>(state.range(0)), 7);
  size_t states = 0;
  for (auto _ : state) {
    const auto decided = decisions_of(policy, Os::linux, Operation::read);
    if (!decided) state.SkipWithError("over budget");
    states = decided ? states_of(*decided) : 0;
    benchmark::DoNotOptimize(states);
  }
  state.counters["states"] = static_cast<double>(states);
  report_memory(state);
}
BENCHMARK(BM_DecideEveryPath)->Arg(100)->Arg(500)->Arg(2500)->Unit(benchmark::kMillisecond);

void BM_SixteenSubtrees(benchmark::State& state) {
  const Policy policy = subtrees(16);
  size_t states = 0;
  for (auto _ : state) {
    const auto decided = decisions_of(policy, Os::linux, Operation::read);
    if (!decided) state.SkipWithError("over budget");
    states = decided ? states_of(*decided) : 0;
    benchmark::DoNotOptimize(states);
  }
  state.counters["states"] = static_cast<double>(states);
}
BENCHMARK(BM_SixteenSubtrees)->Unit(benchmark::kMillisecond);

void BM_CompareTwoPolicies(benchmark::State& state) {
  const Policy before = path_policy(static_cast<size_t>(state.range(0)), 7);
  Policy after = before;
  add_rule(after, sbxc::terse_rule("deny read /home/u/**/secret*"));
  size_t differing = 0;
  for (auto _ : state) {
    const auto a = decisions_of(before, Os::linux);
    const auto b = decisions_of(after, Os::linux);
    const auto all = compare(*a, *b);
    for (const sbxc::Comparison& one : *all) {
      differing += one.relation != sbxc::Relation::equivalent ? 1 : 0;
    }
  }
  if (differing == 0) state.SkipWithError("no difference found");
}
BENCHMARK(BM_CompareTwoPolicies)->Arg(100)->Arg(2500)->Unit(benchmark::kMillisecond);

// Faults of a policy without tests: each is proved to change nothing, or told by a request.
void BM_TellMutants(benchmark::State& state) {
  const Policy policy = path_policy(static_cast<size_t>(state.range(0)), 7);
  size_t told = 0;
  for (auto _ : state) {
    sbxc::Systems systems(policy);
    const sbxc::MutationRun run = run_mutants(systems);
    if (run.not_decided > 0) state.SkipWithError("over budget");
    told = run.survivors.size();
    benchmark::DoNotOptimize(told);
  }
  state.counters["told"] = static_cast<double>(told);
}
BENCHMARK(BM_TellMutants)->Arg(100)->Arg(500)->Unit(benchmark::kMillisecond);

// Globs of two policies that have nothing in common: more than a dozen globs say.
void BM_DescribeOtherPolicy(benchmark::State& state) {
  const Policy before = path_policy(static_cast<size_t>(state.range(0)), 7);
  const Policy after = path_policy(static_cast<size_t>(state.range(0)), 8);
  const auto a = decisions_of(before, Os::linux, Operation::read);
  const auto b = decisions_of(after, Os::linux, Operation::read);
  size_t globs = 0;
  for (auto _ : state) {
    const auto all = compare(Operation::read, *a, *b);
    globs = all->gained.patterns.globs.size();
    benchmark::DoNotOptimize(globs);
  }
  if (globs == 0) state.SkipWithError("nothing said");
}
BENCHMARK(BM_DescribeOtherPolicy)->Arg(100)->Unit(benchmark::kMillisecond);

void BM_DecideOnePath(benchmark::State& state) {
  const Policy policy = path_policy(2500, 7);
  const auto decided = decisions_of(policy, Os::linux, Operation::read);
  std::vector<std::string> paths;  // below what rules speak of, or they would end at once
  size_t bytes = 0;
  for (size_t i = 0; i < 1000; ++i) {
    const auto& pattern = std::get<sbxc::PathPattern>(policy.rules[i].patterns[0]);
    bytes += paths.emplace_back(pattern.globs[0].literal_prefix() + "/src/main.c").size();
  }
  const auto& dfa = std::get<sbxc::automata::Dfa>(*decided);
  size_t allowed = 0;
  for (auto _ : state) {
    for (const std::string& path : paths) {
      allowed += sbxc::effect_of(dfa.decide(path)) == sbxc::Effect::allow ? 1 : 0;
    }
    benchmark::DoNotOptimize(allowed);
  }
  if (allowed == 0) state.SkipWithError("nothing allowed");
  state.SetBytesProcessed(static_cast<int64_t>(bytes) * static_cast<int64_t>(state.iterations()));
}
BENCHMARK(BM_DecideOnePath);

// `deny connect blocked` with a list of names.
Policy host_policy(size_t names) {
  const std::string text = sbxc::bench::list_text(sbxc::bench::random_names(names));
  sbxc::Sources sources;
  sbxc::Diagnostics diagnostics;
  auto list = read_host_list(sources, sources.add("list.txt", text), diagnostics);
  if (!list) std::abort();
  Policy policy;
  policy.lists.push_back(std::move(*list));
  add_rule(policy, sbxc::terse_rule("allow connect *:*"));
  sbxc::ConnectPattern pattern{.span = {}, .written = {}, .hosts = {}, .ports = {}};
  pattern.hosts.emplace_back(sbxc::InList{sbxc::ListId{0}});
  pattern.ports = sbxc::PortSet::any();
  sbxc::Rule rule;
  rule.effect = sbxc::Effect::deny;
  rule.operation = Operation::connect;
  rule.patterns.emplace_back(pattern);
  add_rule(policy, std::move(rule));
  return policy;
}

void BM_DecideEveryHost(benchmark::State& state) {
  const Policy policy = host_policy(static_cast<size_t>(state.range(0)));
  size_t nodes = 0;
  for (auto _ : state) {
    const auto decided = decisions_of(policy, Os::linux, Operation::connect);
    nodes = std::get<sbxc::HostSpace>(*decided).nodes().size();
    benchmark::DoNotOptimize(nodes);
  }
  state.counters["nodes"] = static_cast<double>(nodes);
  report_memory(state);
}
BENCHMARK(BM_DecideEveryHost)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void BM_CompareHosts(benchmark::State& state) {
  const Policy before = host_policy(static_cast<size_t>(state.range(0)));
  const Policy after = host_policy(static_cast<size_t>(state.range(0)) + 10);
  const auto a = decisions_of(before, Os::linux, Operation::connect);
  const auto b = decisions_of(after, Os::linux, Operation::connect);
  for (auto _ : state) {
    const auto one = compare(Operation::connect, *a, *b);
    if (one->relation == sbxc::Relation::equivalent) state.SkipWithError("no difference found");
  }
}
BENCHMARK(BM_CompareHosts)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
