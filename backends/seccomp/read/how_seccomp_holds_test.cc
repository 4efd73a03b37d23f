#include "backends/seccomp/read/how_seccomp_holds.h"

#include <gmock/gmock.h>

#include "backends/seccomp/policy_for_test.h"
#include "backends/seccomp/read/expected_answers.h"
#include "backends/seccomp/seccomp.h"
#include "backends/target/manifest.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

class HowSeccompHolds : public ::testing::Test {
 protected:
  std::vector<std::string> how(const char* call) const {
    const auto held = how_seccomp_holds(lowered_.artifacts, *syscall_named(call), map_);
    EXPECT_TRUE(held);
    std::vector<std::string> lines;
    for (const Held& one : *held) lines.push_back(text_of(one));
    return lines;
  }

  seccomp::ResolvedForTest resolved_ = seccomp::resolve_for_test(
      "allow syscall @default\nallow syscall ioctl:TIOCSETD\ndeny syscall getppid, "
      "clone:newuser\n");
  Lowered lowered_ = lower_seccomp(resolved_.policy, resolved_.sources);
  SourceMap map_ =
      SourceMap::read(render_source_map(resolved_.policy, resolved_.sources, {lowered_})).value();
};

TEST_F(HowSeccompHolds, NamesTheInstructionAndTheLines) {
  EXPECT_THAT(how("getppid"),
              ElementsAre(MatchesRegex("filter.x86_64.bpf:[0-9]+: j.*: EPERM .*test.sbx:7:1.*"),
                          MatchesRegex("filter.aarch64.bpf:[0-9]+: j.*: EPERM .*test.sbx:7:1.*")));
  EXPECT_THAT(how("read")[0], MatchesRegex("filter.x86_64.bpf:[0-9]+: .*: ALLOW .*test.sbx:5:1.*"));
  EXPECT_THAT(how("open"), SizeIs(1));  // aarch64 has no such call
}

TEST_F(HowSeccompHolds, TellsFacetsOfACallApart) {
  EXPECT_THAT(how("ioctl")[0], ::testing::HasSubstr(": ALLOW"));
  EXPECT_THAT(how("ioctl:TIOCSETD")[0], ::testing::HasSubstr(": ALLOW"));
  EXPECT_THAT(how("ioctl:TIOCSTI")[0], ::testing::HasSubstr(": EPERM"));
  EXPECT_THAT(how("clone:newuser")[0], ::testing::HasSubstr(": EPERM"));
  EXPECT_THAT(how("clone3")[0], ::testing::HasSubstr(": ENOSYS"));
}

// With every request of the table, what is said to hold it is what the page says it gets.
TEST_F(HowSeccompHolds, AgreesWithWhatIsDecided) {
  const bpf::ExpectedAnswers expected(resolved_.policy);
  const auto calls = all_syscalls();
  for (size_t i = 0; i < calls.size(); ++i) {
    const SyscallId id{static_cast<uint16_t>(i)};
    const auto held = how_seccomp_holds(lowered_.artifacts, id, map_);
    ASSERT_TRUE(held);
    const bool allowed =
        decide(resolved_.policy, Os::linux, {Operation::syscall, id}).verdict == Effect::allow;
    for (const Held& one : *held) {
      EXPECT_TRUE(allowed || one.answer != "ALLOW") << calls[i].name;
    }
  }
}

}  // namespace
}  // namespace sbxc
