#include "runtime/broker/spelled_judge.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iostream>
#include <set>

#include "runtime/broker/sandbox_for_test.h"

namespace sbxc::broker {
namespace {

class AllowsEverything : public Judge {
 public:
  Rights at(std::string_view) override { return kAllRights; }
  bool no_gain_below(std::string_view, std::string_view, Rights) override { return true; }
  bool writable_below(std::string_view) override { return true; }
  bool socket(std::string_view) override { return true; }
};

class SpelledNames : public ::testing::Test {
 protected:
  AllowsEverything everything_;
  std::set<std::string> folding_ = {"/home/wine"};
  int asked_ = 0;
  SpelledJudge judge_{everything_, [this](const std::string& directory) {
                        ++asked_;
                        return folding_.contains(directory);
                      }};
};

TEST_F(SpelledNames, AreAllowedNothingWhereTheyHaveSeveralSpellings) {
  EXPECT_EQ(judge_.at("/home/wine/.env"), Rights{});
  EXPECT_EQ(judge_.at("/home/wine/deep/down/.env"), Rights{});
  EXPECT_FALSE(judge_.socket("/home/wine/socket"));
  EXPECT_FALSE(judge_.writable_below("/home/wine/deep"));
  EXPECT_FALSE(judge_.no_gain_below("/home/a", "/home/wine/a", kAllRights));
}

TEST_F(SpelledNames, AreJudgedElsewhere) {
  EXPECT_EQ(judge_.at("/"), kAllRights);
  EXPECT_EQ(judge_.at("/home"), kAllRights);
  EXPECT_EQ(judge_.at("/home/wine"), kAllRights) << "its own name stands in another directory";
  EXPECT_EQ(judge_.at("/home/winery/.env"), kAllRights);
  EXPECT_TRUE(judge_.socket("@abstract"));
  EXPECT_TRUE(judge_.no_gain_below("/home/a", "/home/b", kAllRights));
}

TEST_F(SpelledNames, AskForEachDirectoryOnce) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(judge_.at("/a/b/c/one"), kAllRights);
    EXPECT_EQ(judge_.at("/a/b/two"), kAllRights);
  }
  EXPECT_EQ(asked_, 4);  // /a/b/c, /a/b, /a, /
  EXPECT_EQ(judge_.at("/a/b/d/three"), kAllRights);
  EXPECT_EQ(asked_, 5);
}

TEST_F(SpelledNames, AskAgainWhenADirectoryWasMoved) {
  EXPECT_EQ(judge_.at("/home/a/.env"), kAllRights);
  folding_ = {"/home/a"};
  judge_.directory_moved();
  EXPECT_EQ(judge_.at("/home/a/.env"), Rights{});
}

// A real directory with the flag, in a real sandbox. False: this machine has none.
bool make_folding(const std::string& directory) {
  if (mkdir(directory.c_str(), 0777) != 0 || chmod(directory.c_str(), 0777) != 0) return false;
  const int file = open(directory.c_str(), O_RDONLY | O_DIRECTORY);
  int flags = 0;
  bool made = ioctl(file, FS_IOC_GETFLAGS, &flags) == 0;
  flags |= FS_CASEFOLD_FL;
  made = made && ioctl(file, FS_IOC_SETFLAGS, &flags) == 0;
  if (!made) {
    std::cerr << "NOT SEEN ON THIS MACHINE: a directory with the casefold flag: " << strerror(errno)
              << "\n";
  }
  close(file);
  return made;
}

std::string opened(const char* path, int flags) { return outcome(::open(path, flags, 0644)); }

TEST(FoldingDirectories, GiveNothingWhereNamesAreDenied) {
  Sandbox box({"allow read /**", "allow write $w/**", "deny read $w/**/.env",
               "deny write $w/**/.git/config"});
  box.options.reads = true;
  box.make_directory("repo");
  box.make_directory("plain");
  for (const char* one : {"wine", "repo/.git", "empty"}) {
    if (!make_folding(box.in(one))) return;
  }
  box.make_file("wine/.env", "secret");
  box.make_file("repo/.git/config", "mine");
  const Ran ran = box.run([] {
    return joined({opened("wine/.env", O_RDONLY), opened("wine/.ENV", O_RDONLY),
                   opened("repo/.git/CONFIG", O_WRONLY), opened("repo/.git/new", O_RDWR | O_CREAT),
                   outcome(rename("wine", "moved")), opened("plain/a", O_RDWR | O_CREAT),
                   outcome(rename("plain", "away")), outcome(rename("empty", "plain")),
                   opened("plain/a", O_RDWR | O_CREAT), opened("away/a", O_RDWR)});
  });
  EXPECT_EQ(ran.said, "EACCES,EACCES,EACCES,EACCES,EACCES,ok,ok,ok,EACCES,ok");
  EXPECT_EQ(box.text_of("repo/.git/config"), "mine");
  ASSERT_GE(ran.reports.size(), 2U);
  EXPECT_TRUE(ran.reports[1].other_spellings) << ran.reports[1].path;
}

}  // namespace
}  // namespace sbxc::broker
