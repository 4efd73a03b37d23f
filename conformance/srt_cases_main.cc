// The same cases as a table, for a person:
// `srt_cases [--as-user] [--show] [--cases FILE] [ID or category…]`. The status is 0 when
// every case that is run is as expected.
#include <fmt/core.h>

#include <cstring>
#include <set>

#include "conformance/srt_cases.h"

int main(int argc, char** argv) {
  using namespace sbxc::conformance;
  Person person = Person::whoever_tests;
  bool show = false;
  std::string file;
  std::set<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--as-user") == 0) {
      person = Person::ordinary_user;
    } else if (std::strcmp(argv[i], "--show") == 0) {
      show = true;
    } else if (std::strcmp(argv[i], "--cases") == 0 && i + 1 < argc) {
      file = argv[++i];
    } else {
      wanted.insert(argv[i]);
    }
  }
  const auto exceptions = srt_exceptions();
  size_t held = 0;
  size_t not_held = 0;
  size_t left_out = 0;
  std::optional<TestNetwork> network;
  for (const SrtCase& one : srt_cases(file)) {
    if (!wanted.empty() && !wanted.contains(one.id) && !wanted.contains(one.category)) continue;
    const auto exception = exceptions.find(one.id);
    const bool law = exception != exceptions.end() && exception->second.kind == ExceptionKind::law;
    if (exception != exceptions.end() && !law) {
      ++left_out;
      fmt::print("{:40} -    {}\n", one.id, exception->second.reason);
      continue;
    }
    const bool servers = one.need("netserver");
    if (servers && !network) network.emplace(account_of(person));
    SrtRun run(one, person, servers ? &*network : nullptr);
    std::string seen;
    bool good = run.prepare(seen);
    if (good) {
      const auto imported = run.import_settings();
      good = run.command_is_as_expected(imported, seen) != law;
      if (show) seen += imported.out + imported.err;
    }
    ++(good ? held : not_held);
    fmt::print("{:40} {}{}\n", one.id, good ? "ok" : "NOT AS EXPECTED",
               law ? "   by our law: " + exception->second.reason : "");
    if (!good || show) fmt::print("  {}\n  {}\n{}\n", one.command, one.check, seen);
    std::fflush(stdout);
  }
  fmt::print("{} as expected, {} not, {} left out\n", held, not_held, left_out);
  return not_held == 0 ? 0 : 1;
}
