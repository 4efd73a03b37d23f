#include "runtime/landlock_wall/alone.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "backends/bwrap/bwrap.h"
#include "compiler/policy/terse_policy.h"
#include "compiler/syscalls/syscalls.h"
#include "runtime/landlock/walled_child_for_test.h"

namespace sbxc::landlock {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kEnough = 6;

Alone judged(const Policy& policy, const bwrap::FileSystemView* files, int version = kEnough) {
  Sources sources;
  const Planned planned = plan_bwrap(policy, sources, {.files = files});
  return landlock_alone(planned.plan, policy, version);
}

bwrap::MemoryFileSystem machine() {
  bwrap::MemoryFileSystem files;
  files.add("/usr/bin/x").add("/w/a/f").add("/w/.git/config").add("/proc/self/stat");
  files.add("/dev/shm/x").add("/dev/null", bwrap::FileKind::device).add("/home/u/.ssh/key");
  return files;
}

Alone judged(std::initializer_list<std::string_view> rules, int version = kEnough) {
  const bwrap::MemoryFileSystem files = machine();
  return judged(terse_policy(rules), &files, version);
}

std::vector<std::string> whys(const Alone& alone) {
  std::vector<std::string> all;
  for (const Unheld& reason : alone.reasons) {
    all.push_back((reason.rule ? std::to_string(static_cast<int>(*reason.rule)) : "-") + " " +
                  reason.why);
  }
  return all;
}

TEST(LandlockAlone, HoldsWhatOnlyAdds) {
  const Alone alone = judged({"allow read /usr/**", "allow exec /usr/**", "allow write /w/**"});
  EXPECT_THAT(whys(alone), IsEmpty());
  EXPECT_TRUE(alone.holds());
  EXPECT_EQ(alone.wall.handled, known_rights(kEnough));
}

TEST(LandlockAlone, HoldsNothingOnAnOldKernel) {
  EXPECT_THAT(whys(judged({"allow read /usr/**"}, 0)), Contains(HasSubstr("no Landlock")));
  EXPECT_THAT(whys(judged({"allow read /usr/**"}, 5)), Contains(HasSubstr("ABI 5")));
}

TEST(LandlockAlone, DoesNotHoldWhatIsTakenBackBelow) {
  EXPECT_THAT(whys(judged({"allow read /**", "deny read /home/u/.ssh/**"})),
              Contains(HasSubstr("1 `/home/u/.ssh` is hidden")));
  EXPECT_THAT(whys(judged({"allow write /w/**", "deny write /w/.git/**"})),
              Contains(HasSubstr("1 `/w/.git` is only readable")));
  EXPECT_FALSE(judged({"allow write /w/**", "deny write /w/**/new"}).holds());
}

TEST(LandlockAlone, DoesNotHoldNetworksSocketsAndWhatIsTheSandboxsOwn) {
  EXPECT_THAT(whys(judged({"allow connect example.com:443"})), Contains(HasSubstr("0 hosts")));
  EXPECT_THAT(whys(judged({"allow listen localhost:80"})), Contains(HasSubstr("0 hosts")));
  EXPECT_THAT(whys(judged({"allow socket /w/s"})), Contains(HasSubstr("unix sockets")));
  EXPECT_THAT(whys(judged({"allow read /proc/**"})), Contains(HasSubstr("processes outside")));
  EXPECT_THAT(whys(judged({"allow write /dev/shm/**"})), Contains(HasSubstr("everybody")));
  EXPECT_TRUE(judged({"deny connect *:22", "deny socket /w/s"}).holds());
}

TEST(LandlockAlone, SaysWhatIsRefusedAlthoughAllowed) {
  const Alone alone = judged({"allow read /home", "allow read /home/u/.ssh/**"});
  EXPECT_TRUE(alone.holds()) << whys(alone)[0];
  EXPECT_THAT(alone.lost, Contains("listing of `/home`"));
}

TEST(LandlockAlone, RefusesCallsThatExist) {
  // Those that the table does not know are refused by every filter.
  for (const std::string_view call : calls_refused_alone()) {
    EXPECT_TRUE(syscall_named(call)) << call;
  }
}

// A policy said to hold, on this machine, against the kernel.
class LandlockAloneHere : public ::testing::TestWithParam<Account> {};
INSTANTIATE_TEST_SUITE_P(As, LandlockAloneHere, ::testing::ValuesIn(accounts_here()),
                         ::testing::PrintToStringParamName());

TEST_P(LandlockAloneHere, TheWallHoldsThePolicy) {
  namespace fs = std::filesystem;
  char name[] = "/tmp/alone-XXXXXX";
  const std::string root = mkdtemp(name);
  ASSERT_EQ(chmod(root.c_str(), 0755), 0);
  for (const char* directory : {"/shop", "/shop/deep", "/shown", "/other"}) {
    fs::create_directory(root + directory);
    std::ofstream(root + directory + "/file") << "text";
    ASSERT_EQ(chmod((root + directory).c_str(), 0777), 0);
    ASSERT_EQ(chmod((root + directory + "/file").c_str(), 0666), 0);
  }
  const std::string writing = "allow write " + root + "/shop/**";
  const std::string reading = "allow read " + root + "/shown/**";
  const Policy policy = terse_policy({writing, reading});
  const Alone alone = judged(policy, nullptr, abi());
  if (abi() < 6) {  // before Linux 6.12
    EXPECT_FALSE(alone.holds());
    EXPECT_THAT(whys(alone), Contains(HasSubstr("does not keep signals inside: 6 is needed")));
    return;
  }
  ASSERT_TRUE(alone.holds()) << whys(alone)[0];
  const std::vector<Grant> grants = alone.wall.borrowed();
  const auto opens = [&](const std::string& path, int flags) {
    return behind(GetParam(), {.handled = alone.wall.handled, .grants = grants},
                  [&] { return result_of(open((root + path).c_str(), flags, 0600)); });
  };
  EXPECT_EQ(opens("/shop/deep/file", O_RDWR), 0);
  EXPECT_EQ(opens("/shop/new", O_RDWR | O_CREAT), 0);
  EXPECT_EQ(opens("/shop", O_RDONLY), 0);
  EXPECT_EQ(opens("/shown/file", O_RDONLY), 0);
  EXPECT_EQ(opens("/shown/file", O_RDWR), EACCES);
  EXPECT_EQ(opens("/shown/new", O_RDWR | O_CREAT), EACCES);
  EXPECT_EQ(opens("/other/file", O_RDONLY), EACCES);
  EXPECT_EQ(opens("", O_RDONLY), EACCES);
  fs::remove_all(root);
}

}  // namespace
}  // namespace sbxc::landlock
