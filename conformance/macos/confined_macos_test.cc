// Attempts to get out, on a Mac. Each is tried without a sandbox first, where that is harmless: an
// attempt that fails outside as well proves nothing.
#include "conformance/macos/mac_stage_for_test.h"

namespace sbxc::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(MacConfined, ReadsWhatThePolicyAllowsAndNoSecret) {
  const MacStage stage;
  ASSERT_EQ(stage.outside("cat ../secret.txt").out, "t0ken\n");
  const auto result =
      stage.shell("ls / >/dev/null; cat ../secret.txt; cat '" + stage.secret() + "'");
  EXPECT_THAT(result.out, Not(HasSubstr("t0ken")));
}

TEST(MacConfined, ReadsNoSecretByAnotherSpelling) {
  const MacStage stage;
  const std::string secret = stage.secret();
  for (const std::string& spelling :
       {stage.home() + "/SECRET.TXT", "/System/Volumes/Data" + secret, "/.nofollow" + secret,
        secret + "/..namedfork/data", std::string("..//./secret.txt")}) {
    EXPECT_THAT(stage.shell("cat '" + spelling + "'").out, Not(HasSubstr("t0ken"))) << spelling;
  }
  const auto by_number = stage.shell("cat /.vol/$(stat -f '%d/%i' ../secret.txt)");
  EXPECT_THAT(by_number.out, Not(HasSubstr("t0ken")));
}

TEST(MacConfined, ReadsNoSecretThroughALinkOrACopy) {
  const MacStage stage;
  const auto result = stage.shell(
      "ln -s ../secret.txt s; cat s; ln ../secret.txt h; cat h; cp -c ../secret.txt c; cat c");
  EXPECT_THAT(result.out, Not(HasSubstr("t0ken")));
}

TEST(MacConfined, WritesTheProjectAndNothingElse) {
  const MacStage stage;
  const auto result = stage.shell("echo 1 > mine && echo 2 > ../theirs; echo 3 >> ../secret.txt");
  EXPECT_EQ(testing::read_whole(stage.work() + "/mine"), "1\n") << result.err;
  EXPECT_FALSE(exists(stage.home() + "/theirs"));
  EXPECT_EQ(testing::read_whole(stage.secret()), "t0ken\n");
}

TEST(MacConfined, MovesNoProtectedNameOutOfItsRule) {
  const MacStage stage(kMacPolicy + "deny write $cwd/a/hooks/**\n");
  ASSERT_EQ(stage.outside("mkdir -p a/hooks && echo old > a/hooks/run").status, 0);
  const auto result = stage.shell(
      "mv a b; mv a/hooks h; rm -rf a/hooks; mkdir -p a/hooks; echo new > a/hooks/run;"
      "echo new > A/HOOKS/run; echo new > A/Hooks/RUN; touch a/fine");
  EXPECT_EQ(testing::read_whole(stage.work() + "/a/hooks/run"), "old\n");
  EXPECT_TRUE(exists(stage.work() + "/a/fine")) << result.err;
}

TEST(MacConfined, DeniesNamesThatAppearLater) {
  const MacStage stage(kMacPolicy + "deny read $cwd/**/.env\n");
  const auto result = stage.shell("mkdir late; echo t0ken > late/.env; cat late/.env late/.ENV");
  EXPECT_THAT(result.out, Not(HasSubstr("t0ken")));
}

TEST(MacConfined, MakesNoSandboxOfItsOwnThatIsWider) {
  const MacStage stage;
  ASSERT_EQ(
      stage.outside("sandbox-exec -p '(version 1)(allow default)' /bin/cat ../secret.txt").out,
      "t0ken\n");
  const auto result =
      stage.shell("sandbox-exec -p '(version 1)(allow default)' /bin/cat ../secret.txt");
  EXPECT_THAT(result.out, Not(HasSubstr("t0ken")));
}

// Whoever runs programs for others runs them outside.
TEST(MacConfined, HasNothingRunForItOutside) {
  const MacStage stage;
  const std::string mark = stage.home() + "/mark";
  stage.shell("osascript -e 'do shell script \"touch " + mark + "\"';" +
              "launchctl submit -l sbxc.test." + std::to_string(getpid()) + " -- /usr/bin/touch '" +
              mark + "'; echo '#!/bin/sh\ntouch " + mark +
              "' > x.command; chmod +x x.command; open x.command; echo 'touch " + mark +
              "' | at now; sleep 2");
  EXPECT_FALSE(exists(mark));
  stage.outside("launchctl remove sbxc.test." + std::to_string(getpid()));
}

TEST(MacConfined, SignalsNobodyOutside) {
  const MacStage stage;
  const auto result = stage.shell("kill -0 " + std::to_string(getpid()) + " && echo may");
  EXPECT_THAT(result.out, Not(HasSubstr("may")));
}

TEST(MacConfined, SeesNoArgumentsOfOthers) {
  const MacStage stage;
  const auto result =
      stage.shell("ps -axEww; sysctl kern.procargs2." + std::to_string(getpid()) + "; lsof");
  EXPECT_THAT(result.out, Not(HasSubstr("run_macos_test")));
}

TEST(MacConfined, HasThreeDescriptors) {
  const MacStage stage;
  const auto result =
      stage.outside("exec 7<../secret.txt; HOME='" + stage.home() + "' '" + program_on_this_mac() +
                    "' run '" + stage.policy_path() + "' -- /bin/sh -c 'cat <&7'");
  EXPECT_THAT(result.out, Not(HasSubstr("t0ken")));
}

TEST(MacConfined, ReadsNoClipboard) {
  const MacStage stage;
  if (stage.outside("echo t0ken | pbcopy && pbpaste").out != "t0ken\n") {
    GTEST_SKIP() << "there is no clipboard in this session";
  }
  EXPECT_THAT(stage.shell("pbpaste").out, Not(HasSubstr("t0ken")));
}

}  // namespace
}  // namespace sbxc::conformance
