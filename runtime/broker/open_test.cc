// Opening through the broker, as root without capabilities and as an ordinary user.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "runtime/broker/sandbox_for_test.h"

namespace sbxc::broker {
namespace {

const std::vector<std::string> kHooks = {"allow read /**", "allow write $w/**",
                                         "deny write $w/**/.git/hooks/**", "deny read $w/**/.env"};

std::string put(const std::string& path, int flags, const std::string& text = "changed") {
  const int file = open(path.c_str(), flags, 0666);
  if (file < 0) return strerrorname_np(errno);
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(file);
  return written ? "ok" : "not written";
}

class Open : public ::testing::TestWithParam<As> {};
INSTANTIATE_TEST_SUITE_P(Users, Open, ::testing::Values(As::root, As::user), [](const auto& param) {
  return param.param == As::root ? "AsRoot" : "AsUser";
});

TEST_P(Open, WritesWhereThePolicyAllowsAndNowhereElse) {
  Sandbox box(kHooks, GetParam());
  box.make_directory(".git");
  box.make_directory(".git/hooks");
  box.make_file("there");
  box.make_file(".git/hooks/there");
  const Ran run = box.run([] {
    return joined({put("new", O_WRONLY | O_CREAT | O_TRUNC), put("there", O_WRONLY | O_TRUNC),
                   put("gone", O_WRONLY), put(".git/config", O_RDWR | O_CREAT | O_EXCL),
                   put(".git/hooks/pre-commit", O_WRONLY | O_CREAT),
                   put(".git/hooks/there", O_WRONLY | O_APPEND), put("new/x", O_WRONLY | O_CREAT),
                   put("nowhere/x", O_WRONLY | O_CREAT)});
  });
  EXPECT_EQ(run.said, "ok,ok,ENOENT,ok,EACCES,EACCES,ENOTDIR,ENOENT");
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.broker_status, 0);
  EXPECT_EQ(box.text_of("new"), "changed");
  EXPECT_EQ(box.text_of("there"), "changed");
  EXPECT_EQ(box.text_of(".git/hooks/there"), "original");
  EXPECT_FALSE(box.exists(".git/hooks/pre-commit"));
  ASSERT_EQ(run.reports.size(), 2U);
  EXPECT_EQ(run.reports[0].path, box.in(".git/hooks/pre-commit"));
  EXPECT_EQ(run.reports[0].operation, Denied::write);
  EXPECT_EQ(run.reports[0].error, EACCES);
}

std::string take(const std::string& path, int flags = O_RDONLY) {
  const int file = open(path.c_str(), flags);
  if (file < 0) return strerrorname_np(errno);
  char text[16] = {};
  const ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  return size < 0 ? strerrorname_np(errno) : text;
}

TEST_P(Open, ReadsWhatStandsThereWhicheverItIs) {
  Sandbox box(kHooks, GetParam());
  box.options.reads = true;
  box.make_file("there");
  box.make_file(".env", "secret");
  box.make_directory("d");
  box.make_link("there", "link");
  box.make_link("../.env", "d/way");
  const Ran run = box.run([] {
    mkfifo("fifo", 0600);
    return joined({take("there"), take("d/../there"), take("link"), take("gone"), take("gone/x"),
                   take("there/x"), take("there/"), take("there", O_RDONLY | O_DIRECTORY),
                   take("link", O_RDONLY | O_NOFOLLOW), take("d"), take("d", O_WRONLY),
                   take("fifo", O_RDONLY | O_NONBLOCK), take("/dev/null"), take(".env"),
                   take("d/way"), take("d/gone/../.env")});
  });
  EXPECT_EQ(run.said,
            "original,original,original,ENOENT,ENOENT,ENOTDIR,ENOTDIR,ENOTDIR,ELOOP,EISDIR,EISDIR,"
            ",,EACCES,EACCES,ENOENT");
  ASSERT_EQ(run.reports.size(), 1U);
  EXPECT_EQ(run.reports[0].path, box.in(".env"));
}

// What is missing for the broker need not be for the command: /proc/self is its own.
TEST_P(Open, FindsNothingBelowADirectoryThatIsMissingAndOnlyThere) {
  Sandbox box(kHooks, GetParam());
  box.options.reads = true;
  box.make_directory("d");
  box.make_file("d/there");
  box.make_link("/proc/self", "me");
  box.make_link("d", "way");
  const Ran run = box.run([] {
    prctl(PR_SET_NAME, "mine");
    const std::string own = joined({take("/proc/self/comm"), take("d/../me/comm")});
    const std::string before = take("d/late/there");
    mkdir("d/late", 0700);
    const std::string after = joined({put("d/late/there", O_WRONLY | O_CREAT, "late"),
                                      take("d/late/there"), take("way/late/there")});
    return joined({own, take("d/gone/there"), take("d/../gone/there"), take("way/gone/there"),
                   take("me/gone/comm"), take("/proc/self/gone/comm"), take("/gone/d/there"),
                   take("d/gone/.env"), take("d/there/gone/x"),
                   take("d/gone/there", O_RDONLY | O_DIRECTORY), before, after});
  });
  EXPECT_EQ(run.said,
            "mine\n,mine\n,ENOENT,ENOENT,ENOENT,ENOENT,ENOENT,ENOENT,ENOENT,ENOTDIR,ENOENT,ENOENT,"
            "ok,late,"
            "late");
}

// Links to libraries are such ones.
TEST_P(Open, FollowsLinksToNamesBesideThemToOneJudgement) {
  Sandbox box(kHooks, GetParam());
  box.options.reads = true;
  box.make_directory("d");
  box.make_file("d/so.1.0", "code");
  box.make_file("d/.env", "secret");
  for (const auto& [text, name] :
       std::vector<std::pair<std::string, std::string>>{{"so.1.0", "so.1"},
                                                        {"so.1", "so"},
                                                        {".env", "plain"},
                                                        {"plain", "again"},
                                                        {"round", "round"},
                                                        {"gone", "lost"},
                                                        {"..", "up"},
                                                        {".", "here"},
                                                        {"../d/so", "away"}}) {
    box.make_link(text, "d/" + name);
  }
  box.make_link("d", "way");
  const std::string here = box.directory();
  const Ran run = box.run([here] {
    std::vector<std::string> said;
    for (const std::string& from : {here + "/d/", std::string("d/"), std::string("way/"),
                                    here + "/way/../d/", std::string("./d//")}) {
      for (const char* name : {"so", "again", "round", "lost", "up", "here", "away", "so/"}) {
        said.push_back(take(from + name));
      }
      said.push_back(take(from + "so", O_RDONLY | O_NOFOLLOW));
      said.push_back(take(from + "so", O_RDONLY | O_DIRECTORY));
    }
    return joined(said);
  });
  const std::string each = "code,EACCES,ELOOP,ENOENT,EISDIR,EISDIR,code,ENOTDIR,ELOOP,ENOTDIR";
  EXPECT_EQ(run.said, joined({each, each, each, each, each}));
  ASSERT_EQ(run.reports.size(), 1U);
  EXPECT_EQ(run.reports[0].path, box.in("d/.env"));
}

// Only root can make somebody else's link, and the broker is the same for all.
TEST(OpenAsRoot, FollowsNobodyElsesLinkWhereEverybodyWrites) {
  if (geteuid() != 0) {
    std::puts("NOT SEEN HERE: links of somebody else, which only root can make");
    return;
  }
  Sandbox box(kHooks, As::root);
  box.options.reads = true;
  for (const char* name : {"shared", "own"}) {
    box.make_directory(name);
    box.make_file(std::string(name) + "/there");
    box.make_link("there", std::string(name) + "/way");
    ASSERT_EQ(lchown(box.in(std::string(name) + "/way").c_str(), 12345, 12345), 0);
  }
  ASSERT_EQ(chmod(box.in("shared").c_str(), 01777), 0);
  const Ran run = box.run([] {
    return joined({take("shared/there"), take("shared/way"), take("own/there"), take("own/way")});
  });
  EXPECT_EQ(run.said, "original,EACCES,original,original");
}

TEST_P(Open, KnowsADirectoryByTheNameThatItHasNow) {
  Sandbox box(kHooks, GetParam());
  box.options.reads = true;
  box.make_directory("one");
  box.make_file("one/there");
  box.make_file("one/.env", "secret");
  const Ran run = box.run([] {
    if (chdir("one") != 0) return std::string("no directory");
    std::string before = joined({take("there"), take(".env")});
    // A directory with something protected in it stays where it is; the one above it may move.
    mkdir("../new", 0700);
    if (chdir("../new") != 0) return std::string("no new directory");
    put("there", O_WRONLY | O_CREAT, "first");
    before += "," + take("there");
    if (rename("../new", "../moved") != 0) return std::string(strerrorname_np(errno));
    mkdir("../new", 0700);
    put("../new/there", O_WRONLY | O_CREAT, "other");
    return joined({before, take("there"), take(".env"), put(".git/hooks/x", O_WRONLY | O_CREAT)});
  });
  EXPECT_EQ(run.said, "original,EACCES,first,first,ENOENT,ENOENT");
}

TEST_P(Open, TellsOfDeniedNamesThatAreNotThereAndOfNoOthers) {
  Sandbox box({"allow read /**", "allow write $w/**", "deny read $w/**/.env*",
               "deny read $w/hidden/**", "deny write $w/sealed/**"},
              GetParam());
  box.options.reads = true;
  box.make_link("hidden/deep", "link");
  box.make_link(".env", "to-env");
  const Ran run = box.run([&] {
    for (const char* path : {"none", "none/below", ".env", "to-env", "link/key", "hidden/../.env",
                             "./none//.env.local"}) {
      put(path, O_RDONLY);
      put(path, O_RDONLY);
    }
    put("sealed/file", O_WRONLY | O_CREAT);
    put("sealed/file", O_WRONLY);
    put("other/file", O_WRONLY | O_CREAT);
    return std::string();
  });
  std::vector<std::pair<std::string, Unseen>> told;
  for (const Report& report : run.reports) {
    EXPECT_EQ(report.error, ENOENT);
    told.emplace_back(report.path, report.unseen);
  }
  const std::vector<std::pair<std::string, Unseen>> expected = {
      {box.in(".env"), Unseen::thing},
      {box.in("hidden/deep/key"), Unseen::thing},
      {box.in("none/.env.local"), Unseen::thing},
      {box.in("sealed/file"), Unseen::directory},
      {box.in("sealed/file"), Unseen::thing}};
  EXPECT_EQ(told, expected);
}

}  // namespace
}  // namespace sbxc::broker
