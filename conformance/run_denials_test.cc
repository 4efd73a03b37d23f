// What the mounts of `sbxc run` hid from the command and a person is told of: what is there outside
// and denied, and nothing else. As root (where the tests run as root) and as an ordinary user.
#include <gmock/gmock.h>

#include "conformance/account_for_test.h"
#include "conformance/run_stage_for_test.h"

namespace sbxc::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RunDenials : public ::testing::TestWithParam<Account> {};
INSTANTIATE_TEST_SUITE_P(As, RunDenials, ::testing::ValuesIn(accounts_here()), name_of_account);

// Hides the home, denies a wildcard of reads.
const std::string kAgent = "sbx 1\n\nuse std/agent\n";

TEST_P(RunDenials, TellAReadOfWhatIsHidden) {
  RunStage stage(GetParam(), kAgent);
  const std::string notes = stage.home() + "/notes.txt";
  stage.scenario().make_file(notes, "text", false);
  const auto result = stage.run({"/bin/cat", notes});
  EXPECT_THAT(result.err, HasSubstr("notes.txt: No such file or directory\n"));
  EXPECT_THAT(result.err,
              HasSubstr("denied: read " + notes +
                        "\n  no rule allows it\n  to allow it: allow read " + notes + "\n"));
}

TEST_P(RunDenials, TellTheRuleOfAKeyWhoseDirectoryIsHiddenWithIt) {
  RunStage stage(GetParam(), kAgent);
  const std::string key = stage.home() + "/.ssh/deep/id_test";
  stage.scenario().make_file(key, "text", false);
  const auto result = stage.shell("cat " + key + "; cat " + key);
  EXPECT_THAT(result.err, HasSubstr("denied: read " + key + "\n  deny read ~/.ssh/**"));
  EXPECT_THAT(result.err,
              HasSubstr("\"ssh keys\"\n  to allow it: use std/agent except read " + key + "\n"));
}

TEST_P(RunDenials, TellWhereALinkOfTheProjectLeads) {
  RunStage stage(GetParam(), kAgent);
  stage.scenario().make_file(stage.home() + "/apart/notes.txt", "text", false);
  stage.outside("ln -s ~/apart/notes.txt to-file; ln -s ~/apart to-directory");
  const auto file = stage.run({"/bin/cat", "to-file"});
  EXPECT_THAT(file.err, HasSubstr("denied: read " + stage.home() + "/apart/notes.txt\n"));
  const auto behind = stage.run({"/bin/cat", "to-directory/notes.txt"});
  EXPECT_THAT(behind.err, HasSubstr("denied: read " + stage.home() + "/apart/notes.txt\n"));
}

TEST_P(RunDenials, TellAFileThatWasToBeMadeInAHiddenDirectory) {
  RunStage stage(GetParam(), kAgent);
  stage.scenario().make_file(stage.home() + "/.config/app/old", "text", false);
  const auto result = stage.shell("echo new >~/.config/app/new; echo new >~/.config/none/new");
  EXPECT_THAT(result.err, HasSubstr("denied: write " + stage.home() + "/.config/app/new\n"));
  EXPECT_THAT(result.err, Not(HasSubstr("write " + stage.home() + "/.config/none")));
}

TEST_P(RunDenials, SayNothingOfWhatIsNotThereOutsideEither) {
  RunStage stage(GetParam(), kAgent);
  stage.scenario().make_file(stage.home() + "/.ssh/id_test", "text", false);
  const auto result = stage.shell(
      "cat ~/notes.txt ~/.ssh/none ~/.ssh/id_test/below ~/none/../.ssh/id_test none /none "
      "/proc/1234567/stat");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, Not(HasSubstr("denied:")));
}

TEST_P(RunDenials, AreMarkedAsHiddenInTheAudit) {
  RunStage stage(GetParam(), kAgent);
  const std::string notes = stage.home() + "/notes.txt";
  stage.scenario().make_file(notes, "text", false);
  stage.scenario().make_file(stage.work() + "/.env", "text", false);
  const std::string audit = stage.home() + "/audit.jsonl";
  const auto result = stage.run({"/bin/cat", notes, notes, ".env"}, {"--quiet", "--audit", audit});
  EXPECT_THAT(result.err, Not(HasSubstr("denied:")));
  const auto told = stage.outside("grep -o '\"target\":[^}]*\"error\":\"[A-Z]*\"' " + audit);
  EXPECT_EQ(told.out, "\"target\":\"" + stage.work() + "/.env\",\"error\":\"EACCES\"\n" +
                          "\"target\":\"" + notes + "\",\"hidden\":true,\"error\":\"ENOENT\"\n");
}

TEST_P(RunDenials, AreNotLostAmongThousandsOfNamesThatAreMissing) {
  RunStage stage(GetParam(), kAgent);
  stage.scenario().make_file(stage.home() + "/notes.txt", "text", false);
  stage.scenario().make_file(stage.work() + "/.env", "text", false);
  stage.scenario().make_file(stage.work() + "/search.py",
                             "import os\n"
                             "def look(path):\n"
                             "  try: os.open(path, os.O_RDONLY)\n"
                             "  except OSError: pass\n"
                             "home = os.environ['HOME']\n"
                             "look(home + '/notes.txt')\n"
                             "for i in range(100000): look(home + '/none')\n"
                             "for i in range(10000): look(home + '/none' + str(i))\n"
                             "look('.env')\n",
                             false);
  const std::string audit = stage.home() + "/audit.jsonl";
  const auto result = stage.run({"/usr/bin/python3", "search.py"}, {"--audit", audit});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("denied: read " + stage.home() + "/notes.txt\n"));
  EXPECT_THAT(result.err, HasSubstr("denied: read " + stage.work() + "/.env\n"));
  EXPECT_THAT(result.err, Not(HasSubstr("/none")));
  EXPECT_THAT(result.err, Not(HasSubstr("denials that were too many")));
  EXPECT_THAT(result.err, HasSubstr("names missing inside that were too many to look for"));
  EXPECT_EQ(stage.outside("wc -l <" + audit).out, "4\n");
  EXPECT_THAT(testing::read_whole(audit), HasSubstr("\"not_recorded\":0}"));
}

}  // namespace
}  // namespace sbxc::conformance
