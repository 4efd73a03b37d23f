// Moving and linking: nothing protected is moved away, nothing appears under a protected name.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/broker/sandbox_for_test.h"

namespace sbxc::broker {
namespace {

const std::vector<std::string> kRules = {"allow read /**", "allow write $w/**",
                                         "deny write $w/**/.git/hooks/**", "deny read $w/**/.env",
                                         "allow exec $w/bin/**"};

std::string exchanged(const char* a, const char* b) {
  return outcome(renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE));
}

class Moves : public ::testing::TestWithParam<As> {
 protected:
  void SetUp() override {
    for (const char* name : {"repo", "repo/.git", "repo/.git/hooks", "plain", "plain/in", "bin",
                             "evil", "evil/hooks"}) {
      box.make_directory(name);
    }
    box.make_file("repo/.git/hooks/pre-commit");
    box.make_file("repo/.git/config");
    box.make_file("evil/hooks/pre-commit", "planted");
    box.make_file("plain/in/file");
    box.make_file("file");
  }
  Sandbox box{kRules, GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Users, Moves, ::testing::Values(As::root, As::user),
                         [](const auto& param) {
                           return param.param == As::root ? "AsRoot" : "AsUser";
                         });

TEST_P(Moves, OfOrdinaryFilesAndDirectoriesGoThrough) {  // L8
  const Ran ran = box.run([] {
    return joined({outcome(rename("file", "file-2")), outcome(rename("plain", "plain-2")),
                   outcome(rename("plain-2/in", "in")), exchanged("in", "plain-2"),
                   outcome(link("file-2", "file-3")), outcome(rename("file-3", "plain-2/file"))});
  });
  EXPECT_EQ(ran.said, "ok,ok,ok,ok,ok,ok");
  EXPECT_TRUE(ran.reports.empty());
}

TEST_P(Moves, KeepWhatIsProtectedAndAllAboveItInPlace) {  // L8
  const Ran ran = box.run([] {
    return joined({outcome(rename("repo/.git/hooks/pre-commit", "x")),
                   outcome(rename("repo/.git/hooks", "x")), outcome(rename("repo/.git", "x")),
                   outcome(rename("repo", "x")), exchanged("repo", "plain"),
                   exchanged("plain", "repo"), outcome(link("repo/.git/hooks/pre-commit", "x")),
                   outcome(unlink("repo/.git/hooks/pre-commit")), outcome(rmdir("repo/.git/hooks")),
                   outcome(rename("file", "repo/.git/hooks/pre-commit"))});
  });
  EXPECT_EQ(ran.said, "EACCES,EACCES,EACCES,EACCES,EACCES,EACCES,EACCES,EACCES,EACCES,EACCES");
  EXPECT_EQ(box.text_of("repo/.git/hooks/pre-commit"), "original");
  EXPECT_GE(ran.reports.size(), 5U);  // the same one twice is told once
}

TEST_P(Moves, PlantNothingUnderAProtectedName) {  // L8
  const Ran ran = box.run([] {
    return joined({outcome(mkdir("new", 0777)), outcome(rename("evil", "new/.git")),
                   outcome(rename("evil/hooks", "repo/.git/hooks")), exchanged("evil", "repo/.git"),
                   outcome(link("file", "repo/.git/hooks/x")),
                   // Without anything protected in it, it may have the name.
                   outcome(rename("plain", "new/.git"))});
  });
  EXPECT_EQ(ran.said, "ok,EACCES,EACCES,EACCES,EACCES,ok");
  EXPECT_FALSE(box.exists("new/.git/hooks"));
}

TEST_P(Moves, GainNoRightToExecute) {  // L8
  const Ran ran = box.run([] {
    return joined({outcome(rename("file", "bin/file")), outcome(link("file", "bin/file")),
                   outcome(rename("plain", "bin/plain")), outcome(mkdir("bin/x", 0777)),
                   outcome(rename("bin/x", "x"))});
  });
  EXPECT_EQ(ran.said, "EXDEV,EXDEV,EXDEV,ok,ok");
}

TEST_P(Moves, ADeniedNameIsNotReadableUnderAnotherOne) {  // L8
  box.make_file("plain/.env", "secret");
  box.options.reads = true;
  const Ran ran = box.run([] {
    return joined({outcome(rename("plain/.env", "x")), outcome(link("plain/.env", "x")),
                   outcome(rename("plain", "y")), outcome(symlink("plain/.env", "z")),
                   outcome(open("z", O_RDONLY)), outcome(open("plain/.env", O_RDONLY)),
                   outcome(open("file", O_RDONLY))});
  });
  EXPECT_EQ(ran.said, "EACCES,EACCES,EACCES,ok,EACCES,EACCES,ok");
}

TEST_P(Moves, OfAWhiteoutAreRefused) {
  const Ran ran =
      box.run([] { return outcome(renameat2(AT_FDCWD, "file", AT_FDCWD, "x", RENAME_WHITEOUT)); });
  EXPECT_EQ(ran.said, "EPERM");
}

TEST_P(Moves, OfATemporaryFileNeedTheNewNameAlone) {
  const Ran ran = box.run([] {
    const int file = open(".", O_TMPFILE | O_RDWR, 0600);
    const std::string own = "/proc/self/fd/" + std::to_string(file);
    const int flags = AT_SYMLINK_FOLLOW;
    return joined({outcome(file), outcome(linkat(AT_FDCWD, own.c_str(), AT_FDCWD, "named", flags)),
                   outcome(linkat(AT_FDCWD, own.c_str(), AT_FDCWD, "repo/.git/hooks/x", flags)),
                   outcome(linkat(AT_FDCWD, own.c_str(), AT_FDCWD, "again", flags)),
                   outcome(open("repo/.git/hooks", O_TMPFILE | O_RDWR, 0600))});
  });
  // Once it has a name it is linked by that.
  EXPECT_EQ(ran.said, "ok,ok,EACCES,EXDEV,EACCES");
  EXPECT_TRUE(box.exists("named"));
}

TEST_P(Moves, OfADescriptorOfAProtectedFileAreRefused) {
  const Ran ran = box.run([] {
    const int file = open("repo/.git/hooks/pre-commit", O_RDONLY);
    const std::string own = "/proc/self/fd/" + std::to_string(file);
    return joined({outcome(file),
                   outcome(linkat(AT_FDCWD, own.c_str(), AT_FDCWD, "x", AT_SYMLINK_FOLLOW)),
                   outcome(linkat(file, "", AT_FDCWD, "x", AT_EMPTY_PATH)),
                   outcome(open(own.c_str(), O_WRONLY)), outcome(fchmod(file, 0777)),
                   outcome(futimens(file, nullptr))});
  });
  EXPECT_EQ(ran.said, "ok,EACCES,EACCES,EACCES,EACCES,EACCES");
}

TEST(Doors, AProtectedNameIsNoLinkToWhereTheCommandMayWrite) {  // L8
  Sandbox box({"allow read /**", "allow write $w/**", "deny write $w/.git/hooks/**",
               "deny write $w/settings.json"});
  box.make_directory("evil");
  box.make_directory("sub");
  const Ran ran = box.run([] {
    return joined({outcome(symlink("evil", ".git")), outcome(symlink("not-there-yet", ".git")),
                   outcome(symlink("sub/../evil", ".git")), outcome(symlink("/usr", ".git")),
                   outcome(unlink(".git")), outcome(symlink("evil", "settings.json")),
                   outcome(symlink("evil", "ordinary")), outcome(rename("ordinary", ".git")),
                   outcome(rename("ordinary", "sub/.git")), outcome(rename("sub/.git", ".git"))});
  });
  EXPECT_EQ(ran.said, "EACCES,EACCES,EACCES,ok,ok,EACCES,ok,EACCES,ok,EACCES");
}

TEST(Doors, OrdinaryNamesLinkAnywhere) {
  Sandbox box({"allow read /**", "allow write $w/**", "allow write /var/tmp/**",
               "deny write $w/**/.git/hooks/**"});
  const Ran ran = box.run([] {
    return joined({outcome(symlink("/var/tmp", "build")), outcome(symlink("../x", "other")),
                   outcome(symlink("/var/tmp", ".git"))});
  });
  EXPECT_EQ(ran.said, "ok,ok,EACCES");
}

TEST(Doors, ALinkBehindALinkIsTakenForWhereItLeads) {
  Sandbox box({"allow read /**", "allow write $w/**", "deny write $w/.git/hooks/**",
               "deny write $w/decoy/**"});
  box.make_directory("evil");
  box.make_directory("decoy");
  // By its letters harmless, and made outside.
  box.make_link("../evil", "decoy/in");
  const Ran ran = box.run([] { return outcome(symlink("decoy/in", ".git")); });
  EXPECT_EQ(ran.said, "EACCES");
}

}  // namespace
}  // namespace sbxc::broker
