// A stage is used again when nothing was done to it, and what can be done to one is seen.
#include "conformance/suite/lasting_stage.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <set>

#include "conformance/suite/suite_for_test.h"

#ifdef __linux__
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#endif

namespace sbxc::conform {
namespace {

class LastingStageTest : public ::testing::Test {
 protected:
  ~LastingStageTest() override { stage_.go_on(false); }

  // Whether it stands after an attempt that does this.
  bool stands_after(const std::function<void(const Stage&)>& attempt, bool told = false) {
    const auto ready = stage_.get_ready();
    EXPECT_TRUE(ready) << (ready ? "" : in_words(ready.error()));
    attempt(stage_.stage());
    stage_.leave(told);
    const bool stands = stage_.stands();
    const std::string root = stage_.stage().root();
    stage_.go_on(stands);
    EXPECT_EQ(stage_.stage().root() == root, stands);
    return stands;
  }

  testing::ScratchDirectory scratch_;
  StagePlan plan_ = small_plan();
  Stage::Making making_{plan_, "#!/bin/sh\n", {}};
  LastingStage stage_{scratch_.path() + "/s", making_};
};

TEST_F(LastingStageTest, IsTheSameForTheNextAttemptAndHasOtherMarks) {
  std::set<std::string> roots;
  std::set<std::string> secrets;
  std::set<std::string> nonces;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(stands_after([&](const Stage& stage) {
      roots.insert(stage.root());
      nonces.insert(stage.nonce());
      EXPECT_EQ(stage.words().at("nonce"), stage.nonce());
      const std::string& secret = stage.secret("home/.ssh/id_ed25519");
      secrets.insert(secret);
      EXPECT_EQ(testing::read_whole(stage.path("home/.ssh/id_ed25519")), secret + "\n");
    }));
  }
  EXPECT_EQ(roots.size(), 1U);
  EXPECT_EQ(secrets.size(), 1U);
  EXPECT_EQ(nonces.size(), 3U);
}

TEST_F(LastingStageTest, IsAnotherWithOtherSecretsWhenOneMayHaveBeenLearnt) {
  std::set<std::string> secrets;
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(stands_after(
        [&](const Stage& stage) { secrets.insert(stage.secret("outside/victim.txt")); }, true));
  }
  EXPECT_EQ(secrets.size(), 3U);
}

TEST_F(LastingStageTest, MayHaveBeenReadAndHadNamesThatCameAndWent) {
  EXPECT_TRUE(stands_after([](const Stage& stage) {
    testing::read_whole(stage.path("outside/victim.txt"));
    testing::write_whole(stage.path("home/work/new"), "x");
    unlink(stage.path("home/work/new").c_str());
    testing::write_whole(stage.path("adapter/policy.sbx"), "x");
    mkdir(stage.path("network").c_str(), 0755);
    testing::write_whole(stage.path("network/hosts"), "x");
  }));
  EXPECT_TRUE(stands_after([](const Stage& stage) {
    EXPECT_NE(access(stage.path("adapter/policy.sbx").c_str(), F_OK), 0);
    EXPECT_NE(access(stage.path("network").c_str(), F_OK), 0);
  }));
}

#ifdef __linux__
bool set_flag(const std::string& path, bool on) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  int flags = 0;
  bool done = ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0;
  flags = on ? flags | FS_NODUMP_FL : flags & ~FS_NODUMP_FL;
  done = done && ioctl(fd, FS_IOC_SETFLAGS, &flags) == 0;
  close(fd);
  return done;
}
#endif

TEST_F(LastingStageTest, IsAnotherAfterAnythingElse) {
  struct Deed {
    const char* name;
    std::function<void(const Stage&)> done;
  };
  const auto victim = [](const Stage& stage) { return stage.path("outside/victim.txt"); };
  std::vector<Deed> deeds = {
      {"a new name", [](const Stage& s) { testing::write_whole(s.path("tmp/x"), ""); }},
      {"a new name beside its parts",
       [](const Stage& s) { testing::write_whole(s.root() + "/x", ""); }},
      {"a file that is gone", [&](const Stage& s) { unlink(victim(s).c_str()); }},
      {"another mode, and back",
       [&](const Stage& s) {
         chmod(victim(s).c_str(), 0600);
         chmod(victim(s).c_str(), 0644);
       }},
      {"the same content, and the time put back",
       [&](const Stage& s) {
         struct stat status {};
         const std::string text = testing::read_whole(victim(s));
         stat(victim(s).c_str(), &status);
         testing::write_whole(victim(s), text);
#ifdef __linux__
         const timespec times[2] = {status.st_atim, status.st_mtim};
         utimensat(AT_FDCWD, victim(s).c_str(), times, 0);
#endif
       }},
      {"a second name, for a moment",
       [&](const Stage& s) {
         EXPECT_EQ(link(victim(s).c_str(), s.path("tmp/second").c_str()), 0);
         unlink(s.path("tmp/second").c_str());
       }},
      {"moved, and back",
       [&](const Stage& s) {
         EXPECT_EQ(rename(victim(s).c_str(), s.path("tmp/moved").c_str()), 0);
         EXPECT_EQ(rename(s.path("tmp/moved").c_str(), victim(s).c_str()), 0);
       }},
      {"another mode of a directory",
       [](const Stage& s) { chmod(s.path("outside").c_str(), 0700); }},
      {"another mode of all of it", [](const Stage& s) { chmod(s.root().c_str(), 0755); }},
      {"a directory made anew",
       [](const Stage& s) {
         EXPECT_EQ(rename(s.path("tmp").c_str(), s.path("old").c_str()), 0);
         mkdir(s.path("tmp").c_str(), 0755);
         rmdir(s.path("old").c_str());
       }},
  };
#ifdef __linux__
  deeds.push_back({"an attribute of a directory", [](const Stage& s) {
                     EXPECT_EQ(setxattr(s.path("outside").c_str(), "user.x", "y", 1, 0), 0);
                   }});
  deeds.push_back({"a flag of a directory",
                   [](const Stage& s) { EXPECT_TRUE(set_flag(s.path("outside"), true)); }});
  deeds.push_back({"a flag of a file, and back", [&](const Stage& s) {
                     EXPECT_TRUE(set_flag(victim(s), true));
                     EXPECT_TRUE(set_flag(victim(s), false));
                   }});
#endif
  for (const Deed& deed : deeds) {
    // On one that was used before, and on a new one.
    EXPECT_TRUE(stands_after([](const Stage&) { usleep(30'000); }));
    EXPECT_FALSE(stands_after(deed.done)) << deed.name << ", when it had stood";
    const auto later = [&](const Stage& stage) {
      usleep(30'000);
      deed.done(stage);
    };
    EXPECT_FALSE(stands_after(later)) << deed.name << ", when it was new";
  }
}

std::string said(const Run& run, size_t i) { return run.outcomes[i].said; }

// The words of a stage tell which it was.
TEST(Runner, UsesAStageAgainThatASandboxHolds) {
  Settings settings;
  settings.plan = small_plan();
  // Nothing is done inside but to say where it is.
  settings.sandbox = *adapter_of_words("sh -c 'echo start; pwd'");
  settings.probe_program = probe_program();
  settings.jobs = 1;
  std::string toml;
  for (int i = 0; i < 3; ++i) {
    toml += probe("TST-00" + std::to_string(i), "cat a; echo x > left",
                  "evidence = \"secret:home/work/a\"");
  }
  auto run = run_probes(entries_of(toml), settings);
  ASSERT_TRUE(run) << in_words(run.error());
  EXPECT_EQ(said(*run, 0), said(*run, 1));
  EXPECT_EQ(said(*run, 1), said(*run, 2));
  settings.sandbox = *adapter_of_words("sh -c 'echo start; pwd; cat a'");
  run = run_probes(entries_of(toml), settings);
  ASSERT_TRUE(run) << in_words(run.error());
  EXPECT_EQ(kind(run->outcomes[1]), VerdictKind::escaped);
  EXPECT_NE(said(*run, 0), said(*run, 1));
  EXPECT_NE(said(*run, 1), said(*run, 2));
}

}  // namespace
}  // namespace sbxc::conform
