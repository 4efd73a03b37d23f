// Accepted findings from the command line: what is counted, what is printed, what `fmt` keeps.
#include <gtest/gtest.h>

#include "compiler/testing/run_program.h"

namespace sbxc {
namespace {

using testing::read_whole;
using testing::run_program;
using testing::RunResult;
using testing::ScratchDirectory;
using testing::write_whole;

constexpr const char* kUntidy =
    "sbx 1\nuse std/base\n"
    "# sbxc: accept any-port \"one\"\nallow   connect build.example.com:*,\n  c.com:*\n"
    "allow socket   /run/docker.sock  # sbxc: accept socket-leads-out \"two\"\n"
    "on linux {\nallow connect  y.org:* # sbxc: accept any-port \"three\"\n}\n";

RunResult run_in(const ScratchDirectory& scratch, const std::vector<std::string>& words) {
  std::vector<std::string> argv = {SBXC_PROGRAM};
  argv.insert(argv.end(), words.begin(), words.end());
  return run_program({.argv = argv,
                      .directory = scratch.path(),
                      .environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", "/home/you"}}});
}

TEST(AcceptedFindings, AreCountedAndNothingMore) {
  const ScratchDirectory scratch;
  write_whole(scratch.path() + "/p.sbx", kUntidy);
  const RunResult result = run_in(scratch, {"check", "--fail-level", "note", "p.sbx"});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(result.out.ends_with(": no findings; 4 accepted\n")) << result.out;
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(run_in(scratch, {"check", "--format", "github", "p.sbx"}).out, "");
}

TEST(AcceptedFindings, StayAcceptedWhenThePolicyIsLaidOut) {
  const ScratchDirectory scratch;
  write_whole(scratch.path() + "/p.sbx", kUntidy);
  EXPECT_EQ(run_in(scratch, {"fmt", "p.sbx"}).status, 0);
  EXPECT_NE(read_whole(scratch.path() + "/p.sbx"), kUntidy);
  EXPECT_TRUE(run_in(scratch, {"check", "p.sbx"}).out.ends_with(": no findings; 4 accepted\n"));
}

}  // namespace
}  // namespace sbxc
