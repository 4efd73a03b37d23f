// What is looked for outside on behalf of a command, on real files; which file systems there are is
// told by files of the test's own.
#include "compiler/driver/outside_linux.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>

#include "compiler/testing/run_program.h"

namespace sbxc::driver {
namespace {

class OutsideTest : public ::testing::Test {
 protected:
  OutsideTest() {
    char canonical[PATH_MAX];
    if (realpath(scratch_.path().c_str(), canonical) != nullptr) root_ = canonical;
    mkdir(at("shared place").c_str(), 0700);
    mkdir(at("shared place/below").c_str(), 0700);
    mkdir(at("shared").c_str(), 0700);
    sbxc::testing::write_whole(at("shared/file"), "text");
  }
  std::string at(const std::string& name) const { return root_ + "/" + name; }
  // With `type` mounted at `place`, written as the kernel writes it.
  Outside with(const std::string& type, const std::string& place) const {
    sbxc::testing::write_whole(at("mountinfo"),
                               "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
                               "36 22 0:40 / " +
                                   place + " rw,relatime shared:2 master:3 - " + type +
                                   " server:/home rw\n");
    return Outside(at("mountinfo"));
  }

  sbxc::testing::ScratchDirectory scratch_;
  std::string root_;
};

TEST_F(OutsideTest, HasWhatIsThere) {
  const Outside outside;
  EXPECT_TRUE(outside.has(at("shared/file")));
  EXPECT_TRUE(outside.has(at("shared")));
  EXPECT_FALSE(outside.has(at("shared/none")));
  EXPECT_FALSE(outside.has(at("shared/file/below")));
}

TEST_F(OutsideTest, AsksNothingOfWhatAnotherMachineOrProgramServes) {
  for (const char* type : {"nfs4", "cifs", "autofs", "fuse.sshfs", "9p", "proc", "unheard-of"}) {
    const Outside outside = with(type, at("shared"));
    EXPECT_FALSE(outside.has(at("shared/file"))) << type;
    EXPECT_FALSE(outside.has(at("shared"))) << type;
    EXPECT_TRUE(outside.has(at("shared place"))) << type << ": another one that begins alike";
    EXPECT_FALSE(with(type, "/").has(at("shared/file"))) << type;
  }
  EXPECT_TRUE(with("xfs", at("shared")).has(at("shared/file")));
}

TEST_F(OutsideTest, KnowsPlacesWithSpacesInTheirNames) {
  EXPECT_FALSE(with("nfs4", at("shared\\040place")).has(at("shared place/below")));
  EXPECT_TRUE(with("ext4", at("shared\\040place")).has(at("shared place/below")));
}

TEST_F(OutsideTest, FollowsNoLinkAndFindsIt) {
  ASSERT_EQ(symlink("shared", at("link").c_str()), 0);
  ASSERT_EQ(symlink("none", at("dangling").c_str()), 0);
  const Outside outside;
  EXPECT_TRUE(outside.has(at("link")));
  EXPECT_TRUE(outside.has(at("dangling")));
  EXPECT_FALSE(outside.has(at("link/file")));
}

TEST_F(OutsideTest, HasNothingWhereTheMountsAreNotKnown) {
  EXPECT_FALSE(Outside(at("none")).has(at("shared/file")));
  EXPECT_FALSE(Outside("/dev/null").has(at("shared/file")));
}

}  // namespace
}  // namespace sbxc::driver
