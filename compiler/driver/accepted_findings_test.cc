// Accepted findings from the command line: what is counted, what is printed, what `fmt` keeps.
#include <gtest/gtest.h>

#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

using testing::read_whole;
using testing::run_sbxc;
using testing::RunResult;
using testing::ScratchDirectory;
using testing::write_whole;

constexpr const char* kUntidy =
    "sbx 1\nuse std/base\n"
    "# sbxc: accept any-port \"one\"\nallow   connect build.example.com:*,\n  c.com:*\n"
    "allow socket   /run/docker.sock  # sbxc: accept socket-leads-out \"two\"\n"
    "on linux {\nallow connect  y.org:* # sbxc: accept any-port \"three\"\n}\n";

TEST(AcceptedFindings, AreCountedAndNothingMore) {
  const ScratchDirectory scratch;
  write_whole(scratch.path() + "/p.sbx", kUntidy);
  const RunResult result = run_sbxc(scratch.path(), {"check", "--fail-level", "note", "p.sbx"});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(result.out.ends_with(": no findings; 4 accepted\n")) << result.out;
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(run_sbxc(scratch.path(), {"check", "--format", "github", "p.sbx"}).out, "");
}

TEST(AcceptedFindings, StayAcceptedWhenThePolicyIsLaidOut) {
  const ScratchDirectory scratch;
  write_whole(scratch.path() + "/p.sbx", kUntidy);
  EXPECT_EQ(run_sbxc(scratch.path(), {"fmt", "p.sbx"}).status, 0);
  EXPECT_NE(read_whole(scratch.path() + "/p.sbx"), kUntidy);
  EXPECT_TRUE(
      run_sbxc(scratch.path(), {"check", "p.sbx"}).out.ends_with(": no findings; 4 accepted\n"));
}

}  // namespace
}  // namespace sbxc
