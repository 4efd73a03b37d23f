// Every exit status of the one table is the end of some real run.
#include "compiler/driver/exit_codes.h"

#include <gtest/gtest.h>

#include <set>

#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

using driver::Exit;
using testing::ScratchDirectory;
using testing::write_whole;

struct RealRun {
  Exit status;
  std::vector<std::string> words;
};

std::string policy_with_too_many_tests() {
  std::string policy = "sbx 1\n";
  for (int i = 0; i < 8000; ++i) policy += "allow read /r" + std::to_string(i) + "\n";
  policy += "test \"many\" {\n";
  for (int i = 0; i < 8000; ++i) policy += "  allow read /r" + std::to_string(i) + "\n";
  return policy + "}\n";
}

const std::vector<RealRun>& runs() {
  static const std::vector<RealRun> all = {
    {Exit::holds, {"check", "fine.sbx"}},
    {Exit::holds, {"test", "fine.sbx"}},
    {Exit::holds, {"explain", "read", "/srv/a", "fine.sbx"}},
    {Exit::findings, {"check", "fails.sbx"}},
    {Exit::findings, {"test", "fails.sbx"}},
    {Exit::findings, {"fmt", "--check", "untidy.sbx"}},
    {Exit::holds, {"trim", "fine.sbx"}},
    {Exit::findings, {"trim", "--check", "long.sbx"}},
    {Exit::bad_input, {"trim", "--check", "--diff", "long.sbx"}},
    {Exit::bad_input, {"trim", "std/base"}},
    {Exit::over_budget, {"trim", "large.sbx"}},
    {Exit::holds, {"test", "--mutate", "fine.sbx"}},
    {Exit::findings, {"test", "--min-score", "100", "long.sbx"}},
    {Exit::findings, {"test", "--mutate", "fails.sbx"}},
    {Exit::bad_input, {"test", "--run", "(", "fine.sbx"}},
    {Exit::denied, {"explain", "read", "/etc/shadow", "fine.sbx"}},
    {Exit::bad_input, {"check", "bad.sbx"}},
    {Exit::bad_input, {"check", "missing.sbx"}},
    {Exit::bad_input, {"frobnicate"}},
    {Exit::ran_nothing, {"test", "--fail-on-empty", "empty.sbx"}},
    {Exit::over_budget, {"test", "many.sbx"}},
    {Exit::cannot_enforce,
     {"compile", "later.sbx", "-t", "bwrap", "-o", "-", "--emit", "script", "--quiet"}},
#if defined(__linux__)
    {Exit::holds, {"run", "runs.sbx", "--", "/bin/true"}},
    {Exit::findings, {"run", "runs.sbx", "--", "/bin/false"}},
    {Exit::timed_out, {"run", "runs.sbx", "--", "/bin/sleep", "30"}},
    {Exit::own_failure, {"run", "bad.sbx", "--", "/bin/true"}},
    {Exit::own_failure, {"run", "runs.sbx"}},
    {Exit::cannot_execute, {"run", "runs.sbx", "--", "./notes"}},
    {Exit::not_found, {"run", "runs.sbx", "--", "no-such-program"}},
#endif
  };
  return all;
}

TEST(ExitCodes, EachEndARealRun) {
  const ScratchDirectory scratch;
  const std::string at = scratch.path() + "/";
  write_whole(at + "fine.sbx", "sbx 1\nallow read /srv/**\ntest \"t\" { allow read /srv/a }\n");
  write_whole(at + "fails.sbx", "sbx 1\nallow read /srv/**\ntest \"t\" { deny read /srv/a }\n");
  write_whole(at + "untidy.sbx", "sbx 1\nallow   read /srv/**\n");
  write_whole(at + "bad.sbx", "sbx 1\nallow reed /srv/**\n");
  write_whole(at + "long.sbx",
              "sbx 1\nallow read /srv/**\nallow read /srv/a\ntest \"t\" { allow read /srv/a }\n");
  write_whole(at + "large.sbx", "sbx 1\nallow read /srv/*a??????????????????\n");
  write_whole(at + "empty.sbx", "sbx 1\nallow read /srv/**\n");
  write_whole(at + "many.sbx", policy_with_too_many_tests());
  write_whole(at + "runs.sbx", "sbx 1\nuse std/base\nallow read $cwd/**\nlimit time 1s\n");
  write_whole(at + "notes", "no program");
  write_whole(at + "later.sbx",
              "sbx 1\nuse std/base\nallow write /srv/**\ndeny write /srv/**/secret\n");
  std::set<int> seen;
  for (const RealRun& each : runs()) {
    const auto result = testing::run_sbxc(scratch.path(), each.words);
    EXPECT_EQ(result.status, static_cast<int>(each.status))
        << each.words[0] << " " << (each.words.size() > 1 ? each.words[1] : "") << "\n"
        << result.out << result.err;
    seen.insert(result.status);
  }
  for (const driver::ExitFacts& facts : driver::kExits) {
    if (facts.status == Exit::bug) continue;  // no run is known that ends so, or it would be mended
    EXPECT_TRUE(seen.contains(static_cast<int>(facts.status))) << facts.meaning;
  }
}

}  // namespace
}  // namespace sbxc
