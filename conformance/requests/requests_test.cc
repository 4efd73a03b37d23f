// The trials for real, with something simple in the place of a sandbox: nothing at all, or a shell
// that changes the command's environment. What sbxc makes of a policy's is the driver's test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "conformance/requests/answers.h"
#include "conformance/requests/listeners.h"
#include "conformance/requests/tiny_program.h"
#include "conformance/requests/trial.h"
#include "conformance/requests/trials_bytes.h"
#include "conformance/suite/probe_program.h"
#include "conformance/suite/stage.h"
#include "conformance/suite/tree_removal.h"

namespace sbxc::conform {
namespace {

class RequestsTest : public ::testing::Test {
 protected:
  RequestsTest() {
    std::string name = "/var/tmp/sbxc-test-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    ground_.root = name;
    ground_.directories = {name + "/a", name + "/b"};
    ground_.program = name + "/a/.probe";
    ground_.directory = name + "/a";
    ground_.nonce = Stage::random_hex();
    ground_.environment = {{"PATH", "/usr/bin:/bin"}};
    ground_.inside = command_of(ground_);
  }
  ~RequestsTest() override { remove_tree(ground_.root); }

  std::string path(const std::string& below) const { return ground_.root + "/" + below; }
  // `before` are words of a shell, before the command.
  void sandbox(const std::string& before) {
    ground_.inside = {"/bin/sh", "-c", before + " exec \"$@\"", "sh"};
    for (const std::string& word : command_of(ground_)) ground_.inside.push_back(word);
  }
  std::vector<Tried> try_them(const std::vector<Trial>& trials) {
    Trials done = try_all(trials, ground_, probe_program());
    EXPECT_EQ(done.fault, "") << done.error;
    return done.tried;
  }

  Ground ground_;
};

TEST_F(RequestsTest, ComeOffWithoutASandboxAndAreSeen) {
  std::vector<Trial> trials = {
      {Form::env, "SOME_NAME"},          {Form::env, "PATH"},
      {Form::read, path("a/file")},      {Form::read, path("a/tree")},
      {Form::read, path("a/tree/file")}, {Form::change, path("a/file")},
      {Form::change, path("a/tree")},    {Form::make, path("b/new/file")},
      {Form::bind, path("b/socket")},    {Form::socket, path("a/listener")}};
  if (!tiny_program("").empty()) trials.push_back({Form::exec, path("b/program")});
  const auto tried = try_them(trials);
  for (size_t i = 0; i < trials.size(); ++i) {
    SCOPED_TRACE(std::string(name_of(trials[i].form)) + " " + trials[i].target);
    EXPECT_EQ(tried[i].untried, "");
    EXPECT_TRUE(tried[i].outside.seen) << tried[i].outside.refused;
    EXPECT_TRUE(tried[i].inside.seen) << tried[i].inside.refused;
    EXPECT_TRUE(tried[i].inside.reached);
  }
}

TEST_F(RequestsTest, AreNotSeenWhereTheyFail) {
  sandbox("rm " + path("a/gone") + "; : > " + path("b/new") + "; unset SOME_NAME;");
  const auto tried = try_them(
      {{Form::read, path("a/gone")}, {Form::env, "SOME_NAME"}, {Form::make, path("b/new")}});
  for (const Tried& one : tried) {
    EXPECT_TRUE(one.outside.seen);
    EXPECT_FALSE(one.inside.seen);
    EXPECT_TRUE(one.inside.reached);
    EXPECT_NE(one.inside.refused, "");
  }
  EXPECT_EQ(tried[0].inside.refused, "open: ENOENT");
  EXPECT_EQ(tried[2].inside.refused, "open: EEXIST");
}

TEST_F(RequestsTest, AreNoEvidenceByBeingClaimed) {
  ground_.inside = {"/bin/sh", "-c", "printf 'start\\nrequest 0\\ngot 3\\nabc\\nend done\\n'"};
  const auto tried = try_them({{Form::read, path("a/file")}});
  EXPECT_TRUE(tried[0].outside.seen);
  EXPECT_TRUE(tried[0].inside.reached);
  EXPECT_FALSE(tried[0].inside.seen);
}

TEST_F(RequestsTest, ThatCannotBeMadeRealSayWhy) {
  const auto tried = try_them({{Form::change, "/usr/bin/env"},
                               {Form::read, "/nonexistent/file"},
                               {Form::make, path("b/x")},
                               {Form::make, path("b/x/y")},
                               {Form::socket, path("b/" + std::string(120, 's'))},
                               {Form::read, ground_.program}});
  for (size_t i = 0; i < tried.size(); ++i) EXPECT_EQ(tried[i].untried.empty(), i == 3) << i;
  EXPECT_EQ(tried[0].untried, "it is not below what the suite may write");
  EXPECT_EQ(tried[4].untried, "its path is too long for a socket");
}

TEST_F(RequestsTest, ListenWhereOthersWouldBeConnectedTo) {
  // A port that was free a moment ago.
  std::string why;
  std::string target;
  for (int port = 20'000 + getpid() % 20'000; target.empty(); ++port) {
    const std::string one = "127.0.0.1:" + std::to_string(port);
    const int fd = listen_for(one, why);
    if (fd < 0) continue;
    close(fd);
    target = one;
  }
  for (const Tried& one : try_them({{Form::connect, target}, {Form::listen, target}})) {
    EXPECT_TRUE(one.outside.seen) << one.outside.refused;
    EXPECT_TRUE(one.inside.seen) << one.inside.refused;
  }
}

TEST_F(RequestsTest, ReadFilesOfTheMachineWhereTheyAre) {
  for (const Tried& one : try_them({{Form::read, "/etc/passwd"}, {Form::exec, "/bin/pwd"}})) {
    EXPECT_TRUE(one.outside.seen);
    EXPECT_TRUE(one.inside.seen);
  }
}

TEST_F(RequestsTest, ReportASandboxThatDoesNotStart) {
  ground_.inside = {"/bin/sh", "-c", "echo no such luck >&2; exit 1"};
  const Trials done = try_all({{Form::env, "A_NAME"}}, ground_, probe_program());
  EXPECT_EQ(done.fault, "the probe program did not come to its end");
  EXPECT_EQ(done.error, "no such luck\n");
}

TEST(TrialAnswers, AreReadInAnyPieces) {
  const std::string said =
      "noise\nstart\nrequest 0\ngot 10\nrequest 1\n\nrefused open 13\nrequest 1\ngot 1\nx\n"
      "request 7\ngot 2\nyy\nend done\n";
  for (size_t size = 1; size < said.size(); ++size) {
    TrialAnswers answers(2);
    for (size_t at = 0; at < said.size(); at += size) answers.take(said.substr(at, size));
    EXPECT_TRUE(answers.ended());
    EXPECT_EQ(answers.all()[0].got, "\nrequest 1\n");
    EXPECT_EQ(answers.all()[0].refused, "open: EACCES");
    EXPECT_EQ(answers.all()[1].got, "\nx");
  }
}

TEST(TrialsBytes, GiveBackWhatTheyWereMadeOfAndNothingOfAPart) {
  Trials trials;
  trials.starts = 3;
  trials.error = "no \n such: luck";
  trials.tried = {{{true, true, ""}, {false, true, "open: EACCES"}, "", "12:34"},
                  {{false, false, ""}, {true, false, std::string(1, '\0')}, "why not", ""}};
  const std::string bytes = trials_bytes(trials);
  const auto again = trials_of_bytes(bytes);
  ASSERT_TRUE(again);
  EXPECT_EQ(trials_bytes(*again), bytes);
  EXPECT_EQ(again->tried.size(), 2U);
  EXPECT_TRUE(again->tried[0].outside.seen);
  EXPECT_FALSE(again->tried[0].inside.seen);
  EXPECT_EQ(again->tried[0].narrowed, "12:34");
  EXPECT_EQ(again->tried[1].inside.refused, std::string(1, '\0'));
  EXPECT_EQ(again->error, trials.error);
  size_t whole = 0;
  for (size_t size = 0; size < bytes.size(); ++size) {
    // What ends between two trials is for the reader to count.
    if (const auto part = trials_of_bytes(bytes.substr(0, size))) whole += 1 + part->tried.size();
  }
  EXPECT_EQ(whole, 3U) << "before the first, and after it";
}

#ifdef __linux__
TEST(TinyProgram, WritesItsTextAndCannotBeRead) {
  std::string name = "/var/tmp/sbxc-tiny-XXXXXX";
  const int fd = mkstemp(name.data());
  const std::string program = tiny_program("a text of its own");
  ASSERT_FALSE(program.empty());
  ASSERT_EQ(write(fd, program.data(), program.size()), static_cast<ssize_t>(program.size()));
  fchmod(fd, 0111);
  close(fd);
  FILE* pipe = popen(name.c_str(), "r");
  char text[64] = "";
  EXPECT_NE(fgets(text, sizeof text, pipe), nullptr);
  EXPECT_EQ(pclose(pipe), 0);
  EXPECT_STREQ(text, "a text of its own");
  unlink(name.c_str());
}
#endif

}  // namespace
}  // namespace sbxc::conform
