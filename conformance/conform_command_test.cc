// `sbxc conform` as a person or a pipeline runs it: statuses, what it says, the files it writes; as
// each account there is. Sandboxes that block nothing, one thing or everything are words of a
// shell.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <regex>
#include <set>

#include "conformance/scenario.h"

namespace sbxc::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;
using testing::read_whole;
using testing::RunResult;
using ::testing::StartsWith;

// Takes the key away, and runs the command.
constexpr const char* kKeepsTheKey = "sh -c 'rm {home}/.ssh/id_ed25519; \"$@\"' sh";

class ConformCommand : public ::testing::TestWithParam<Account> {
 protected:
  RunResult conform(std::vector<std::string> words) const {
    words.insert(words.begin(), {scenario_.root() + "/sbxc", "conform"});
    return scenario_.run(words);
  }
  std::string file(const std::string& name, const std::string& text) {
    scenario_.make_file(scenario_.work() + "/" + name, text, false);
    return scenario_.work() + "/" + name;
  }
  // Of what must work, hardly anything: a run takes a second.
  std::string narrow() {
    return file("narrow.sbx", "sbx 1\nuse std/base\nallow read $cwd/**\nallow exec $cwd/**\n");
  }
  std::string here(const std::string& name) const { return scenario_.work() + "/" + name; }

 private:
  Scenario scenario_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(As, ConformCommand, ::testing::ValuesIn(accounts_here()),
                         [](const auto& each) { return each.param.change_to ? "User" : "Self"; });

std::string example(const std::string& name) {
  return std::string(SBXC_SOURCE_DIR) + "/docs/examples/" + name;
}

// The ids of a list, or of a report.
std::set<std::string> ids_in(const std::string& text) {
  const std::regex id("[A-Z]{3}-[0-9]{3}");
  std::set<std::string> ids;
  for (std::sregex_iterator each(text.begin(), text.end(), id); each != std::sregex_iterator();
       ++each) {
    ids.insert(each->str());
  }
  return ids;
}

TEST_P(ConformCommand, FindsThatRunHolds) {
  const RunResult seen = conform({"--only", "FSR-001"});
  EXPECT_EQ(seen.status, 0) << seen.out << seen.err;
  EXPECT_THAT(seen.out, StartsWith("sandbox  sbxc "));
  EXPECT_THAT(seen.out, HasSubstr("\n1 attempt was blocked, "));
  EXPECT_THAT(seen.out, HasSubstr("\nit held\n"));
}

TEST_P(ConformCommand, FindsThatASandboxWhichBlocksNothingDoesNot) {
  const RunResult seen = conform({"--sandbox", "env", "--only", "FSR-001"});
  EXPECT_EQ(seen.status, 1) << seen.out << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("escaped\n"
                                  "  FSR-001 P0  a denied file, opened by its name\n"
                                  "    the secret of home/.ssh/id_ed25519 is in what it said\n"
                                  "    must be denied: read $home/.ssh/id_ed25519\n"));
  EXPECT_THAT(seen.out, HasSubstr("it failed:\n  1 attempt escaped\n"));
}

TEST_P(ConformCommand, DoesNotBelieveASandboxInWhichNothingStarts) {
  const RunResult seen = conform({"--sandbox", "false", "--only", "FSR-001"});
  EXPECT_EQ(seen.status, 5) << seen.out << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("    it did not start: it ended with status 1\n"
                                  "    must be allowed: write $work/made/in/here.txt\n"));
  EXPECT_THAT(seen.out, Not(HasSubstr("it held")));
  EXPECT_THAT(seen.out, HasSubstr("this run cannot be believed:\n"));
}

TEST_P(ConformCommand, SkipsWhatThePolicyAllows) {
  const std::string policy =
      file("wide.sbx", "sbx 1\nuse std/base\nallow read ~/**\nallow exec $cwd/**\n");
  const RunResult seen = conform({"--sandbox", "env", "--only", "FSR-001", policy});
  EXPECT_EQ(seen.status, 4) << seen.out << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("  1: the policy allows `read $home/.ssh/id_ed25519`\n"
                                  "      FSR-001\n"));
}

TEST_P(ConformCommand, ComparesWithAnEarlierRun) {
  const std::string baseline = here("base.json");
  const RunResult first = conform({"--sandbox", kKeepsTheKey, "--only", "FSR-001", "--format",
                                   "json", "-o", baseline, narrow()});
  EXPECT_EQ(first.status, 0) << first.out << first.err;
  EXPECT_THAT(read_whole(baseline), HasSubstr("\"blocked\""));
  const RunResult worse = conform({"--sandbox", "env", "--only", "FSR-001", "--fail-on", "none",
                                   "--no-worse-than", baseline, narrow()});
  EXPECT_EQ(worse.status, 1) << worse.out << worse.err;
  EXPECT_THAT(worse.out, HasSubstr("1 probe held in `"));
  const RunResult same = conform(
      {"--sandbox", kKeepsTheKey, "--only", "FSR-001", "--no-worse-than", baseline, narrow()});
  EXPECT_EQ(same.status, 0) << same.out << same.err;
}

TEST_P(ConformCommand, ListsEveryProbeInOneOfTwoParts) {
  const std::set<std::string> all = ids_in(conform({"--list"}).out);
  const std::set<std::string> first = ids_in(conform({"--list", "--shard", "1/2"}).out);
  std::set<std::string> both = ids_in(conform({"--list", "--shard", "2/2"}).out);
  EXPECT_GT(all.size(), 280U);
  EXPECT_LT(first.size(), all.size());
  EXPECT_LT(both.size(), all.size());
  both.insert(first.begin(), first.end());
  EXPECT_EQ(both, all);
}

TEST_P(ConformCommand, MakesEveryProbeInOneOfTwoParts) {
  const auto made = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"--sandbox", "env",      "--only", "FSR-00*", "--fail-on",
                                      "none",      "--format", "tap",    narrow()};
    words.insert(words.end(), more.begin(), more.end());
    const RunResult seen = conform(words);
    EXPECT_EQ(seen.status, 0) << seen.out << seen.err;
    return ids_in(seen.out);
  };
  const std::set<std::string> all = made({});
  std::set<std::string> both = made({"--shard", "1/2"});
  const std::set<std::string> second = made({"--shard", "2/2"});
  EXPECT_LT(both.size(), all.size());
  both.insert(second.begin(), second.end());
  EXPECT_EQ(both, all);
  EXPECT_THAT(all, IsSupersetOf({"FSR-001", "FSR-002", "OKS-001"}));
}

TEST_P(ConformCommand, WritesFurtherReports) {
  const RunResult seen =
      conform({"--sandbox", "env", "--only", "FSR-001", "--write", "junit=" + here("r.xml"),
               "--write", "tap=" + here("r.tap"), narrow()});
  EXPECT_EQ(seen.status, 1) << seen.out << seen.err;
  EXPECT_THAT(read_whole(here("r.xml")), StartsWith("<?xml"));
  EXPECT_THAT(read_whole(here("r.xml")), HasSubstr("FSR-001"));
  EXPECT_THAT(read_whole(here("r.tap")), StartsWith("TAP version 13\n"));
}

TEST_P(ConformCommand, WritesIntoAPipeThatIsThere) {
  const std::string pipe = file("pipe", "");
  ASSERT_EQ(unlink(pipe.c_str()), 0);
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  ASSERT_EQ(chmod(pipe.c_str(), 0666), 0);
  const int reader = open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  const RunResult seen =
      conform({"--sandbox", "env", "--only", "FSR-001", "--write", "tap=" + pipe, narrow()});
  EXPECT_EQ(seen.status, 1) << seen.out << seen.err;
  char bytes[14] = {};
  EXPECT_EQ(read(reader, bytes, sizeof bytes), 14);
  EXPECT_EQ(std::string(bytes, sizeof bytes), "TAP version 13");
  close(reader);
}

// Before it makes a thousand attempts.
TEST_P(ConformCommand, SaysAtOnceThatAReportCannotBeWritten) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"-o", "none/report"}, {"--write", "tap=none/report"}}) {
    const RunResult seen = conform(words);
    EXPECT_EQ(seen.status, 3);
    EXPECT_EQ(seen.err, "error: cannot write `none/report`: No such file or directory\n");
    EXPECT_EQ(seen.out, "");
  }
}

// The project's programs may not be run there: .venv, then $tmp, then no place but the suite's own.
TEST_P(ConformCommand, FindsAPlaceForItsProgramWhereTheProjectIsNoneUnderThePolicy) {
  for (const char* name : {"notebook.sbx", "npm-install.sbx", "review-readonly.sbx"}) {
    const std::string policy = file(name, read_whole(example(name)));
    const RunResult seen = conform({"--only", "FSR-001", policy});
    EXPECT_EQ(seen.status, 0) << name << "\n" << seen.out << seen.err;
    EXPECT_THAT(seen.out, HasSubstr("\n1 attempt was blocked, ")) << name;
  }
}

// A mount needs something to be mounted on: a file that may be written and is not there stays away.
TEST_P(ConformCommand, SkipsWhatRunSaysThatItNarrows) {
  const std::string policy = file("single.sbx",
                                  "sbx 1\nuse std/base\nallow read $cwd/**\nallow exec $cwd/**\n"
                                  "allow write $cwd/one.txt, $cwd/d/**\n");
  const RunResult seen = conform({"--only", "RULE-*", policy});
  EXPECT_EQ(seen.status, 0) << seen.out << seen.err;
  EXPECT_THAT(seen.out, ::testing::ContainsRegex("1: narrowed: what appears later is out of sight "
                                                 "until the next start\n +RULE-[0-9]+-narrowed\n"));
  // What is there is tried, and a sandbox that says nothing of itself is taken at the policy's
  // word.
  const RunResult another =
      conform({"--only", "RULE-*", "--sandbox", "sh -c 'chmod 0555 {work}; \"$@\"' sh", policy});
  if (GetParam().change_to) {
    EXPECT_THAT(another.out, Not(HasSubstr("narrowed"))) << another.err;
    EXPECT_THAT(another.out, HasSubstr("/home/work/one.txt, and it\n    failed: open: EACCES\n"));
  }
}

TEST_P(ConformCommand, SaysThatAPolicyLeavesItNoPlace) {
  const std::string policy = file("none.sbx", "sbx 1\nuse std/base\ndeny exec /var/tmp/**\n");
  const RunResult seen = conform({"--only", "FSR-001", policy});
  EXPECT_EQ(seen.status, 3) << seen.out << seen.err;
  EXPECT_EQ(seen.err,
            "error: the policy lets no program be run on the stage, and denies one of the suite's "
            "own\n"
            "help: `allow read $cwd/.sbxc-probe`, `allow exec $cwd/.sbxc-probe`, and `except "
            "$cwd/.sbxc-probe` in the rule that denies it\n");
  const RunResult another = conform({"--sandbox", "env", "--only", "FSR-001", policy});
  EXPECT_EQ(another.status, 3) << another.out << another.err;
  EXPECT_THAT(another.err, HasSubstr("help: allow one: `allow read $cwd/.sbxc-probe`"));
  // What the help says is enough.
  const std::string mended =
      file("mended.sbx",
           "sbx 1\nuse std/base\nallow read $cwd/.sbxc-probe\nallow exec $cwd/.sbxc-probe\n"
           "deny exec /var/tmp/**\n  except $cwd/.sbxc-probe\n");
  const RunResult then = conform({"--only", "FSR-001", mended});
  EXPECT_EQ(then.status, 0) << then.out << then.err;
}

TEST_P(ConformCommand, SaysHowItIsUsed) {
  struct Wrong {
    std::vector<std::string> words;
    std::string said;
  };
  const std::vector<Wrong> all = {
      {{"--shard", "3/2"},
       "error: `3/2` is no part of a run\nhelp: the second of five parts is `--shard 2/5`\n"},
      {{"--only", "FSR-001,FSR-999"},
       "error: `FSR-999` names no probe\nhelp: `sbxc conform --list` prints the names of all\n"},
      {{"--fail-on", "blocked"},
       "error: `blocked` is no list of verdicts\nhelp: verdicts are escaped, hollow, broken, "
       "skipped, timeout; `none` is none of them\n"},
      {{"--write", "junit"},
       "error: `junit` names no form and file\nhelp: `--write html=report.html`; the forms are "
       "text, json, junit, tap, sarif, html\n"},
      {{"--sandbox", ""}, "error: --sandbox: names no command\n"},
      {{"--sandbox", "'a"}, "error: a quote is not closed\n"},
      {{"--sandbox", "none.toml"}, "error: cannot read `none.toml`: No such file or directory\n"},
      {{"--no-worse-than", "none.json"},
       "error: cannot read `none.json`: No such file or directory\n"},
      {{"none.sbx"}, "error: `none.sbx`: No such file or directory\n"}};
  for (const Wrong& wrong : all) {
    const RunResult seen = conform(wrong.words);
    EXPECT_EQ(seen.status, 3) << wrong.said;
    EXPECT_THAT(seen.err, StartsWith(wrong.said));
    EXPECT_EQ(seen.out, "");
  }
}

}  // namespace
}  // namespace sbxc::conformance
