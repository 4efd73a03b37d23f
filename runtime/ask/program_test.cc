// Asking a program in a person's place.
#include "runtime/ask/program.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "compiler/testing/run_program.h"
#include "runtime/ask/answers_for_test.h"
#include "runtime/descriptor/descriptor.h"

namespace sbxc::ask {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using testing::ScratchDirectory;

class AskingAProgram : public ::testing::Test {
 protected:
  Options options(const std::string& script) const {
    const std::string path = file("ask");
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    chmod(path.c_str(), 0700);
    return {.way = Way::program, .program = path, .patience = milliseconds(20'000)};
  }
  std::string file(const std::string& name) const { return scratch_.path() + "/" + name; }
  size_t lines_of(const std::string& name) const {
    std::ifstream in(file(name));
    size_t count = 0;
    for (std::string line; std::getline(in, line);) ++count;
    return count;
  }

  ScratchDirectory scratch_;
};

TEST_F(AskingAProgram, HandsItTheRequestAsJsonAndTakesItsStatusForTheVerdict) {
  Asker asker(options("cat >" + file("seen") + "; exit 0"));
  Question question = question_for("example.com");
  question.because = "seldom \"needed\"";
  const Answer answer = answer_to(asker, question);
  EXPECT_TRUE(answer.allowed);
  EXPECT_EQ(answer.reason, "the program allowed this connection");
  EXPECT_EQ(testing::read_whole(file("seen")),
            R"({"sbxc_ask":1,"operation":"connect","host":"example.com","port":443,)"
            R"("rule":{"statement":"ask connect *.example","at":"a.sbx:3:1",)"
            R"("because":"seldom \"needed\""},)"
            R"("allow":["except example.com:443   # at the end of a.sbx:3:1",)"
            R"("allow connect example.com:443"]})"
            "\n");
}

TEST_F(AskingAProgram, DeniesOnEveryOtherEnd) {
  for (const char* ending : {"exit 1", "exit 2", "exit 9", "exit 11", "exit 126", "kill -9 $$"}) {
    Asker asker(options(ending));
    const Answer answer = answer_to(asker, question_for("a.example"));
    EXPECT_FALSE(answer.allowed) << ending;
    EXPECT_FALSE(answer.unavailable) << ending;
    EXPECT_THAT(answer.reason, HasSubstr("the program that was asked ended")) << ending;
  }
}

TEST_F(AskingAProgram, DeniesWhenItCannotBeExecuted) {
  Asker asker({.way = Way::program, .program = file("missing")});
  const Answer answer = answer_to(asker, question_for("a.example"));
  EXPECT_FALSE(answer.allowed);
  EXPECT_EQ(answer.reason, "the program that was asked ended in 127");
}

TEST_F(AskingAProgram, DoesNotWaitForItToReadTheQuestion) {
  Asker asker(options("exec <&-; exit 0"));
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(answer_to(asker, question_for("a.example")).allowed);
  }
}

TEST_F(AskingAProgram, AsksAgainAfterAnAnswerForOneConnectionAndNotAfterOneForTheRun) {
  Options once = options("echo x >>" + file("once") + "; exit 0");
  {
    Asker asker(once);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(answer_to(asker, question_for("a.example")).allowed);
  }
  EXPECT_EQ(lines_of("once"), 3U);
  Asker asker(options("echo x >>" + file("run") + "; exit 10"));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(answer_to(asker, question_for("a.example")).allowed);
  EXPECT_EQ(lines_of("run"), 1U);
}

TEST_F(AskingAProgram, KeepsAnAnswerForTheRunToItsClientHostAndPort) {
  Asker asker(options("read line; case $line in *evil*|*:444*|*bob*) exit 1;; esac; exit 10"));
  EXPECT_TRUE(answer_to(asker, question_for("a.example")).allowed);
  EXPECT_FALSE(answer_to(asker, question_for("evil.example")).allowed);
  EXPECT_FALSE(answer_to(asker, question_for("a.example", 444)).allowed);
  Question other = question_for("a.example");
  other.client = "bob";
  EXPECT_FALSE(answer_to(asker, other).allowed);
}

TEST_F(AskingAProgram, AsksOnceForAllThatWaitForTheSameHost) {
  Asker asker(options("echo x >>" + file("asked") + "; while ! [ -e " + file("go") +
                      " ]; do sleep 0.02; done; exit 0"));
  for (int i = 0; i < 50; ++i) asker.ask(question_for("a.example"));
  EXPECT_TRUE(until([&] { return lines_of("asked") == 1; }));
  std::ofstream(file("go")) << "";
  const std::vector<Answer> all = answers_of(asker, 50);
  EXPECT_EQ(all.size(), 50U);
  for (const Answer& answer : all) EXPECT_TRUE(answer.allowed);
  EXPECT_EQ(lines_of("asked"), 1U);
}

TEST_F(AskingAProgram, AsksSeveralAtATimeSoThatASlowOneKeepsNobodyWaiting) {
  Asker asker(options("read line; case $line in *slow*) sleep 60;; esac; exit 0"));
  asker.ask(question_for("slow.example"));
  EXPECT_TRUE(answer_to(asker, question_for("fast.example")).allowed);
}

TEST_F(AskingAProgram, DeniesAndEndsItWithAllThatItStartedWhenItTakesTooLong) {
  Options slow = options("sleep 60 & echo $! >" + file("child") + "; wait");
  slow.patience = milliseconds(1000);
  Asker asker(slow);
  const Answer answer = answer_to(asker, question_for("a.example"));
  EXPECT_FALSE(answer.allowed);
  EXPECT_TRUE(answer.unavailable);
  EXPECT_EQ(answer.reason, "the program did not answer within 1 s");
  const std::string child = testing::read_whole(file("child"));
  ASSERT_FALSE(child.empty());
  EXPECT_TRUE(until([&] {
    std::ifstream in("/proc/" + child.substr(0, child.find('\n')) + "/stat");
    std::string line;
    return !std::getline(in, line) || line.find(") Z") != std::string::npos;
  }));
}

TEST_F(AskingAProgram, EndsItWhenNobodyWaitsForTheAnswerAnyMore) {
  Asker asker(options("echo $$ >" + file("pid") + "; exec sleep 60"));
  const Ticket ticket = asker.ask(question_for("a.example"));
  ASSERT_TRUE(until([&] { return lines_of("pid") == 1; }));
  asker.forget(ticket);
  std::string pid = testing::read_whole(file("pid"));
  pid.pop_back();
  EXPECT_TRUE(until([&] { return !std::filesystem::exists("/proc/" + pid); }));
  EXPECT_TRUE(asker.answers().empty());
}

TEST_F(AskingAProgram, EndsItWithTheAsker) {
  std::string pid;
  {
    Asker asker(options("echo $$ >" + file("pid") + "; exec sleep 60"));
    asker.ask(question_for("a.example"));
    ASSERT_TRUE(until([&] { return lines_of("pid") == 1; }));
    pid = testing::read_whole(file("pid"));
    pid.pop_back();
  }
  EXPECT_FALSE(std::filesystem::exists("/proc/" + pid));
}

TEST_F(AskingAProgram, DeniesWhatIsMoreThanMayWait) {
  Options few = options("sleep 60");
  few.max_waiting = 3;
  Asker asker(few);
  for (int i = 0; i < 5; ++i) asker.ask(question_for("h" + std::to_string(i) + ".example"));
  const std::vector<Answer> denied = answers_of(asker, 2);
  ASSERT_EQ(denied.size(), 2U);
  for (const Answer& answer : denied) {
    EXPECT_TRUE(answer.unavailable);
    EXPECT_EQ(answer.reason, "too many questions wait for an answer");
  }
}

TEST_F(AskingAProgram, GivesItNoDescriptorsAndNoEnvironment) {
  const Descriptor leak(open("/dev/null", O_RDONLY));  // not close-on-exec
  Asker asker(options("ls /proc/$$/fd | tr '\\n' ' ' >" + file("fds") + "; env >" + file("env") +
                      "; pwd >>" + file("env")));
  EXPECT_TRUE(answer_to(asker, question_for("a.example")).allowed);
  // 10 is where the shell keeps the script that it reads.
  EXPECT_EQ(testing::read_whole(file("fds")), "0 1 10 2 ");
  EXPECT_EQ(testing::read_whole(file("env")), "PATH=/usr/local/bin:/usr/bin:/bin\nPWD=/\n/\n");
}

TEST(AskingNobody, DeniesAtOnce) {
  Asker asker(Options{});
  const Ticket ticket = asker.ask(question_for("a.example"));
  EXPECT_THAT(asker.answers(),
              ::testing::ElementsAre(Answer{ticket, false, true, "nobody to ask"}));
}

}  // namespace
}  // namespace sbxc::ask
