// Job control, Ctrl-C, Ctrl-Z, the size of the window.
#include "conformance/account_for_test.h"
#include "conformance/run_stage_for_test.h"
#include "conformance/terminal_for_test.h"

namespace sbxc::conformance {
namespace {

class RunTerminal : public ::testing::TestWithParam<Account> {
 protected:
  std::vector<std::string> run(const std::vector<std::string>& command) const {
    std::vector<std::string> words = {stage_.program(), "run", stage_.policy_path(), "--"};
    words.insert(words.end(), command.begin(), command.end());
    return words;
  }
  RunStage stage_{GetParam(), kProjectPolicy + "allow env TERM, PS1, HOME\n"};
};
INSTANTIATE_TEST_SUITE_P(As, RunTerminal, ::testing::ValuesIn(accounts_here()), name_of_account);

TEST_P(RunTerminal, AnInteractiveShellHasJobControlAndTheWindowsSize) {
  Terminal terminal(stage_.work(), GetParam(), run({"/bin/bash", "--norc", "--noediting", "-i"}));
  ASSERT_TRUE(terminal.shows("$ ")) << terminal.shown();
  EXPECT_EQ(terminal.shown().find("no job control"), std::string::npos) << terminal.shown();
  terminal.type("stty size\n");
  EXPECT_TRUE(terminal.shows("33 77")) << terminal.shown();
  terminal.resize(40, 100);
  terminal.type("stty size\n");
  EXPECT_TRUE(terminal.shows("40 100")) << terminal.shown();
  // What is typed while the prompt is printed may be shown in pieces.
  EXPECT_TRUE(terminal.shows("$ ")) << terminal.shown();
  terminal.type("sleep 50\n");
  EXPECT_TRUE(terminal.shows("sleep 50\r\n"));
  usleep(300'000);
  terminal.type("\x1a");
  EXPECT_TRUE(terminal.shows("Stopped")) << terminal.shown();
  EXPECT_TRUE(terminal.shows("$ "));
  terminal.type("kill %1; echo kil''led; cat\n");
  EXPECT_TRUE(terminal.shows("killed")) << terminal.shown();
  usleep(500'000);
  terminal.type("\x03");
  EXPECT_TRUE(terminal.shows("$ ")) << terminal.shown();
  terminal.type("echo status $?\n");
  EXPECT_TRUE(terminal.shows("status 130")) << terminal.shown();
  terminal.type("exit 3\n");
  EXPECT_TRUE(terminal.shows("exit"));
  while (terminal.shows("no more is shown")) {
  }
  EXPECT_EQ(terminal.status(), 3);
}

TEST_P(RunTerminal, TheTerminalIsAsItWasWhenTheCommandHasEnded) {
  std::vector<std::string> words = {"/bin/sh", "-c", "\"$@\"; stty -a", "sh"};
  for (const std::string& word : run({"/bin/stty", "raw", "-echo"})) words.push_back(word);
  Terminal terminal(stage_.work(), GetParam(), words);
  EXPECT_TRUE(terminal.shows(" icanon ")) << terminal.shown();
  EXPECT_TRUE(terminal.shows(" echo ")) << terminal.shown();
}

TEST_P(RunTerminal, ARunIsAJobOfTheShellOutside) {
  Terminal terminal(stage_.work(), GetParam(), {"/bin/bash", "--norc", "--noediting", "-i"});
  ASSERT_TRUE(terminal.shows("$ "));
  const auto words = run({"/bin/sh", "-c", "echo begun; sleep 60"});
  std::string line;
  for (const std::string& word : words) line += "'" + word + "' ";
  terminal.type(line + "\n");
  ASSERT_TRUE(terminal.shows("\nbegun")) << terminal.shown();
  terminal.type("\x1a");
  EXPECT_TRUE(terminal.shows("Stopped")) << terminal.shown();
  EXPECT_TRUE(terminal.shows("$ ")) << terminal.shown();
  terminal.type("fg\n");
  EXPECT_TRUE(terminal.shows("fg\r\n"));
  usleep(300'000);
  terminal.type("\x03");
  EXPECT_TRUE(terminal.shows("$ ")) << terminal.shown();
  terminal.type("echo status $?\n");
  EXPECT_TRUE(terminal.shows("status 130")) << terminal.shown();
}

// Of those that belong to a terminal that is gone, the kernel tells the first process of the
// session alone: that is sbxc where no shell stands between, as under `ssh -t HOST sbxc run …`.
TEST_P(RunTerminal, ATerminalThatIsGoneEndsTheCommand) {
  Terminal terminal(stage_.work(), GetParam(),
                    run({"/bin/sh", "-c",
                         "trap 'echo got it >hangup; exit 5' HUP; echo ready; while :; do sleep "
                         "0.05; done"}));
  ASSERT_TRUE(terminal.shows("ready")) << terminal.shown();
  terminal.hang_up();
  const std::string told = stage_
                               .outside(
                                   "for i in $(seq 100); do grep . hangup 2>/dev/null && "
                                   "break; sleep 0.1; done")
                               .out;
  ASSERT_EQ(told, "got it\n");
  EXPECT_EQ(terminal.status(), 5);
}

TEST_P(RunTerminal, NothingCanBeTypedIntoTheTerminal) {
  Terminal terminal(stage_.work(), GetParam(),
                    run({"/usr/bin/python3", "-c",
                         "import fcntl\n"
                         "for call in (0x5412, 0x100005412, 0x541c):\n"
                         "  try: fcntl.ioctl(0, call & 0xffffffff, b'x'); print('typed')\n"
                         "  except OSError as e: print('refused', e.errno)\n"}));
  EXPECT_TRUE(terminal.shows("refused")) << terminal.shown();
  EXPECT_TRUE(terminal.shows("refused"));
  EXPECT_TRUE(terminal.shows("refused"));
  EXPECT_EQ(terminal.shown().find("typed"), std::string::npos) << terminal.shown();
}

TEST_P(RunTerminal, ACommandThatMayTypeHasNoTerminalToTypeInto) {
  const RunStage stage(GetParam(), kProjectPolicy + "allow syscall ioctl:TIOCSTI\n");
  Terminal terminal(stage.work(), GetParam(),
                    {stage.program(), "run", stage.policy_path(), "--", "/usr/bin/python3", "-c",
                     "import fcntl\n"
                     "try: fcntl.ioctl(0, 0x5412, b'x'); print('typed')\n"
                     "except OSError as e: print('refused', e.errno)\n"});
  EXPECT_TRUE(terminal.shows("refused")) << terminal.shown();
  EXPECT_EQ(terminal.shown().find("typed"), std::string::npos) << terminal.shown();
}

}  // namespace
}  // namespace sbxc::conformance
