// The steps of action.yml, run as a workflow would run them, in a repository of their own. What
// stands between them and GitHub, `gh`, is a script that writes down how it was called.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <map>
#include <sstream>

#include "compiler/driver/run_sbxc_for_test.h"

namespace sbxc {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::read_whole;
using testing::run_program;
using testing::RunResult;
using testing::ScratchDirectory;
using testing::write_whole;

constexpr const char* kBefore = "sbx 1\nallow read /srv/**\ntest \"t\" { allow read /srv/a }\n";
constexpr const char* kWider =
    "sbx 1\nallow read /srv/**, /opt/**\ntest \"t\" { allow read /srv/a }\n";

class Action : public ::testing::Test {
 protected:
  Action() {
    program("gh",
            "printf '%s\\n' \"$*\" >>\"$RUNNER_TEMP/gh.log\"\n"
            "case \"$*\" in *--paginate*) cat \"$RUNNER_TEMP/comments\" ;; esac\n");
    write_whole(at("comments"), "");
    shell(
        "git init -q repo && cd repo && git config user.email a@example.org && git config "
        "user.name a && git config commit.gpgsign false");
    variables_ = {{"PATH", at("bin") + ":/usr/bin:/bin"},
                  {"HOME", at("home")},
                  {"RUNNER_TEMP", scratch_.path()},
                  {"GITHUB_OUTPUT", at("output")},
                  {"GITHUB_STEP_SUMMARY", at("summary")},
                  {"GITHUB_REPOSITORY", "o/r"},
                  {"SOURCES", SBXC_SOURCE_DIR},
                  {"PULL_REQUEST", "7"},
                  {"POLICIES", "*.sbx\n"},
                  {"PROGRAM", SBXC_PROGRAM},
                  {"FAIL_ON", "widened"},
                  {"REPORTS", scratch_.path()},
                  {"BUILD", "false"},
                  {"CONFORM", "false"}};
  }

  std::string at(const std::string& name) const { return scratch_.path() + "/" + name; }
  RunResult shell(const std::string& command) {
    return run_program({.argv = {"/bin/sh", "-c", command},
                        .directory = scratch_.path(),
                        .environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", at("home")}}});
  }
  // A program of this name that the steps find first.
  void program(const std::string& name, const std::string& script) {
    shell("mkdir -p bin home");
    write_whole(at("bin/" + name), "#!/bin/sh\n" + script);
    chmod(at("bin/" + name).c_str(), 0755);
  }
  // Commits the file, or its removal; gives the commit.
  std::string commit(const std::string& name, const char* text) {
    if (text != nullptr) write_whole(at("repo/" + name), text);
    if (text == nullptr) shell("rm 'repo/" + name + "'");
    RunResult made = shell("cd repo && git add -A && git commit -q -m x && git rev-parse HEAD");
    EXPECT_EQ(made.status, 0) << made.err;
    return made.out.substr(0, made.out.find('\n'));
  }
  RunResult step(const std::string& name, const std::map<std::string, std::string>& with = {}) {
    auto environment = variables_;
    for (const auto& [variable, value] : with) environment[variable] = value;
    write_whole(at("output"), "");
    return run_program({.argv = {std::string(SBXC_SOURCE_DIR) + "/.github/action/steps", name},
                        .directory = at("repo"),
                        .environment = environment});
  }
  std::string output() const { return read_whole(at("output")); }

 private:
  ScratchDirectory scratch_;
  std::map<std::string, std::string> variables_;
};

TEST_F(Action, CommentsOnceOnWhatAPullRequestAllowsMore) {
  const std::string base = commit("a.sbx", kBefore);
  commit("a.sbx", kWider);
  EXPECT_EQ(step("compare", {{"BASE", base}}).status, 0);
  EXPECT_EQ(output(), "status=1\n");
  const std::string changes = read_whole(at("changes.md"));
  EXPECT_THAT(changes, HasSubstr("`head/a.sbx` compared with `base/a.sbx`: it allows more"));
  EXPECT_EQ(read_whole(at("summary")), changes);
  EXPECT_EQ(step("comment").status, 0);
  EXPECT_THAT(read_whole(at("gh.log")), HasSubstr("-X POST repos/o/r/issues/7/comments"));
  write_whole(at("comments"), "41\n42\n");
  EXPECT_EQ(step("comment").status, 0);
  EXPECT_THAT(read_whole(at("gh.log")), HasSubstr("-X PATCH repos/o/r/issues/comments/41 "));
  EXPECT_EQ(shell("cd repo && git worktree list | wc -l").out, "1\n");
}

TEST_F(Action, LetsAChangeThroughThatIsNotTheKindThatFails) {
  const std::string base = commit("a.sbx", kWider);
  commit("a.sbx", kBefore);
  EXPECT_EQ(step("compare", {{"BASE", base}}).status, 0);
  EXPECT_EQ(output(), "status=0\n");
  EXPECT_THAT(read_whole(at("changes.md")), HasSubstr("it allows less than before"));
}

TEST_F(Action, TellsOfPoliciesThatCameAndWentAndCannotBeRead) {
  commit("same.sbx", kBefore);
  commit("bad.sbx", kBefore);
  const std::string base = commit("gone.sbx", kBefore);
  commit("gone.sbx", nullptr);
  commit("bad.sbx", "sbx 1\nallow everything\n");
  commit("new ](x) `y.sbx", kBefore);
  EXPECT_EQ(step("compare", {{"BASE", base}}).status, 0);
  EXPECT_EQ(output(), "status=1\n") << "what cannot be compared is never taken for no difference";
  const std::string changes = read_whole(at("changes.md"));
  EXPECT_THAT(changes, HasSubstr("### a policy is gone\n\n    gone.sbx\n"));
  EXPECT_THAT(changes, HasSubstr("### a new policy\n\n    new\\ \\]\\(x\\)\\ \\`y.sbx\n"));
  EXPECT_THAT(changes, HasSubstr("### could not be compared (status 3)\n\n    bad.sbx\n"));
  EXPECT_THAT(changes, EndsWith("Policies that allow what they allowed before: 1.\n"));
}

TEST_F(Action, FailsWhereThereIsNoPolicy) {
  commit("a.txt", "x");
  const RunResult result = step("check");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("::error::there is no policy like: *.sbx"));
}

TEST_F(Action, ChecksEveryPolicyAndRunsItsTests) {
  commit("a.sbx", kBefore);
  EXPECT_EQ(step("check").status, 0);
  EXPECT_EQ(output(), "status=0\n");
  commit("b.sbx", "sbx 1\nallow read /srv/**\ntest \"::error::x\" { deny read /srv/a }\n");
  const RunResult result = step("check");
  EXPECT_EQ(output(), "status=1\n");
  // Between the two a line is no command to the runner, whatever it says.
  const size_t stop = result.out.rfind("::stop-commands::");
  ASSERT_NE(stop, std::string::npos) << result.out;
  const std::string token = result.out.substr(stop + 17, 32);
  EXPECT_GT(result.out.find("\nFAIL  ::error::x"), stop) << result.out;
  EXPECT_THAT(result.out, EndsWith("\n::" + token + "::\n"));
}

TEST_F(Action, TriesToEscapeUnderEveryPolicyWithTheOptionsAsWords) {
  commit("-o a.sbx", kBefore);
  program("sbxc", "printf '[%s]' \"$@\"; printf '\\n```\\n'; exit 5\n");
  const RunResult result = step("conform", {{"PROGRAM", at("bin/sbxc")},
                                            {"OPTIONS", "--only\nFSR-*,$(touch x)\n\n--jobs=2"}});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(output(), "status=1\n");
  EXPECT_THAT(result.out, HasSubstr("[--only][FSR-*,$(touch x)][--jobs=2][--][-o a.sbx]\n"));
  EXPECT_THAT(result.out, HasSubstr("[--write][html=" + at("-o-a-sbx.html") + "]"));
  EXPECT_THAT(read_whole(at("summary")), EndsWith("\n'''\n```\n"));
}

TEST_F(Action, EndsAsTheWorstOfItsStepsDid) {
  commit("a.sbx", kBefore);
  const std::map<std::string, std::string> fine = {
      {"CHECK", "0"}, {"COMPARE", "0"}, {"CONFORM", "0"}};
  EXPECT_EQ(step("conclude", fine).status, 0);
  for (const char* name : {"CHECK", "COMPARE", "CONFORM"}) {
    for (const char* wrong : {"1", ""}) {
      auto with = fine;
      with[name] = wrong;
      EXPECT_EQ(step("conclude", with).status, 1) << name << wrong;
    }
  }
}

TEST_F(Action, UsesTheProgramThatIsThere) {
  commit("a.sbx", kBefore);
  EXPECT_EQ(step("begin").status, 0);
  EXPECT_THAT(output(), HasSubstr("build=false\n"));
  EXPECT_THAT(output(), Not(HasSubstr("key=")));
  EXPECT_EQ(step("install").out.substr(0, 5), "sbxc ");
}

}  // namespace
}  // namespace sbxc
