// What is seen of a stage, and what is not taken for it.
#include "conformance/suite/evidence.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conformance/suite/conduct.h"
#include "conformance/suite/suite_for_test.h"

namespace sbxc::conform {
namespace {

class OnAStage : public ::testing::Test {
 protected:
  OnAStage() : stage_(*Stage::make(scratch_.path() + "/s", {plan_, "#!/bin/sh\n", {}})) {
    stage_.remember();
  }

  bool seen(const std::string& evidence, const Allowed& allowed = {}) {
    stage_.look_again();
    return look_for(*parse_evidence(evidence), stage_, conduct_, allowed).has_value();
  }
  std::string key() const { return stage_.path("home/.ssh/id_ed25519"); }

  testing::ScratchDirectory scratch_;
  StagePlan plan_ = small_plan();
  Stage stage_;
  Conduct conduct_;
};

TEST_F(OnAStage, NothingIsSeenWhenNothingHappened) {
  EXPECT_FALSE(seen("secret:home/.ssh/id_ed25519"));
  EXPECT_FALSE(seen("changed"));
  EXPECT_FALSE(seen("changed:outside/victim.txt"));
  EXPECT_FALSE(seen("alive"));
  EXPECT_FALSE(seen("said"));
}

TEST_F(OnAStage, ASecretIsSeenWhereverItGets) {
  const std::string secret = stage_.secret("home/.ssh/id_ed25519");
  ASSERT_EQ(secret.size(), 64U);
  conduct_.out = "got 64\n" + secret + "\n";
  EXPECT_TRUE(seen("secret:home/.ssh/id_ed25519"));
  EXPECT_FALSE(seen("secret:outside/victim.txt"));
  conduct_.out.clear();
  conduct_.elsewhere = "GET /" + secret;
  EXPECT_TRUE(seen("secret:home/.ssh/id_ed25519"));
  conduct_.elsewhere.clear();
  testing::write_whole(stage_.path("home/work/copy"), "x" + secret);
  EXPECT_TRUE(seen("secret:home/.ssh/id_ed25519"));
}

TEST_F(OnAStage, AMoveOrASecondNameIsNoRead) {
  ASSERT_EQ(link(key().c_str(), stage_.path("home/work/second").c_str()), 0);
  EXPECT_FALSE(seen("secret:home/.ssh/id_ed25519"));
  ASSERT_EQ(rename(key().c_str(), stage_.path("home/work/first").c_str()), 0);
  EXPECT_FALSE(seen("secret:home/.ssh/id_ed25519"));
  EXPECT_TRUE(seen("changed:home/.ssh/id_ed25519"));
}

TEST_F(OnAStage, AMoveOverAnotherFileIsNoRead) {
  ASSERT_EQ(rename(key().c_str(), stage_.path("home/work/a").c_str()), 0);
  EXPECT_FALSE(seen("secret:home/.ssh/id_ed25519"));
  EXPECT_TRUE(seen("changed:home/work/a"));
}

// Also when the copy has the number of a file that was there before.
TEST_F(OnAStage, ACopyInAFileThatWasMovedIsARead) {
  const std::string secret = stage_.secret("home/.ssh/id_ed25519");
  const std::string moved = stage_.path("home/work/moved");
  ASSERT_EQ(rename(stage_.path("home/work/a").c_str(), moved.c_str()), 0);
  EXPECT_FALSE(seen("secret:home/.ssh/id_ed25519"));
  testing::write_whole(moved, secret);
  EXPECT_TRUE(seen("secret:home/.ssh/id_ed25519"));
}

TEST_F(OnAStage, EveryKindOfChangeIsSeen) {
  const std::string path = stage_.path("outside/victim.txt");
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  EXPECT_TRUE(seen("changed:outside/victim.txt"));
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  EXPECT_FALSE(seen("changed:outside/victim.txt"));
  const timespec times[2] = {{1, 0}, {1, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  EXPECT_TRUE(seen("changed:outside/victim.txt"));
  EXPECT_TRUE(seen("changed:outside/**"));
  EXPECT_FALSE(seen("changed:home/**"));
  ASSERT_EQ(unlink(path.c_str()), 0);
  EXPECT_TRUE(seen("changed:outside/victim.txt"));
}

TEST_F(OnAStage, AContentOfTheSameLengthAndTimeIsSeen) {
  const std::string path = stage_.path("outside/victim.txt");
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  testing::write_whole(path, std::string(static_cast<size_t>(status.st_size), 'x'));
#ifdef __linux__
  const timespec times[2] = {status.st_atim, status.st_mtim};
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
#endif
  EXPECT_TRUE(seen("changed:outside/victim.txt"));
}

TEST_F(OnAStage, OnlyWhatThePolicyDoesNotLetBeWrittenIsAChangeAtLarge) {
  testing::write_whole(stage_.path("home/work/a"), "other");
  const auto work = [](const std::string& request) {
    return request.starts_with("write $home/work/");
  };
  EXPECT_FALSE(seen("changed", work));
  EXPECT_TRUE(seen("changed"));
  testing::write_whole(stage_.path("outside/new"), "other");
  EXPECT_TRUE(seen("changed", work));
}

TEST_F(OnAStage, TheStateOfAWaitingProcessIsComparedWithAText) {
  SeenProcess process;
  process.status = {{"NoNewPrivs", "1"}, {"CapEff", "0000000000000000"}};
  process.descriptors = {"3 anon_inode:[io_uring]"};
  conduct_.waiting.push_back(process);
  EXPECT_TRUE(seen("status:NoNewPrivs=1"));
  EXPECT_FALSE(seen("status:NoNewPrivs!1"));
  EXPECT_TRUE(seen("status:CapEff=0000*"));
  EXPECT_FALSE(seen("status:Seccomp=2"));
  EXPECT_TRUE(seen("descriptor:[io_uring]"));
  EXPECT_FALSE(seen("descriptor:socket:"));
}

TEST(Listener, ReadsLinesAndSkipsWhatWasObtained) {
  Listener listener;
  Conduct conduct;
  // What an attempt obtained may look like its own lines.
  const std::string said = "start\ngot 9\nend done\n\nrefused open 13\nholding make\nend refused\n";
  std::vector<std::string> asked;
  for (const char c : said) {
    for (const std::string& word : listener.take({&c, 1}, conduct)) asked.push_back(word);
  }
  EXPECT_TRUE(conduct.started);
  EXPECT_EQ(conduct.ending, Ending::refused);
  ASSERT_EQ(conduct.refusals.size(), 1U);
  EXPECT_EQ(conduct.refusals.front().call, "open");
  EXPECT_EQ(conduct.refusals.front().error, 13);
  EXPECT_EQ(asked, std::vector<std::string>{"make"});
}

}  // namespace
}  // namespace sbxc::conform
