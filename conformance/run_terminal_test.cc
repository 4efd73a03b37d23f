// A person at a terminal: job control, Ctrl-C, Ctrl-Z, the size of the window. A pseudo-terminal
// stands for it, and a thread of time for the person: each key is typed when what it answers to was
// seen.
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "conformance/run_stage_for_test.h"

namespace sbxc::conformance {
namespace {

class Terminal {
 public:
  Terminal(const RunStage& stage, const Account& account, const std::vector<std::string>& command) {
    winsize size{};
    size.ws_row = 33;
    size.ws_col = 77;
    process_ = forkpty(&terminal_, nullptr, nullptr, &size);
    if (process_ != 0) return;
    std::vector<std::string> words;
    if (account.change_to) {
      const std::string id = std::to_string(*account.change_to);
      words = {"/usr/bin/setpriv", "--reuid", id, "--regid", id, "--clear-groups"};
    }
    words.insert(words.end(), {"/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "TERM=xterm", "PS1=$ ",
                               "HOME=" + stage.work()});
    words.insert(words.end(), command.begin(), command.end());
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    if (chdir(stage.work().c_str()) == 0) execv(argv[0], argv.data());
    _exit(127);
  }
  ~Terminal() {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    close(terminal_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(const std::string& keys) {
    ASSERT_EQ(write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  // Reads on until `text` was shown since the last time; false after ten seconds.
  bool shows(const std::string& text) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < end) {
      if (const size_t at = shown_.find(text, read_); at != std::string::npos) {
        read_ = at + text.size();
        return true;
      }
      pollfd ready{terminal_, POLLIN, 0};
      if (poll(&ready, 1, 100) <= 0) continue;
      char bytes[4096];
      const ssize_t got = read(terminal_, bytes, sizeof(bytes));
      if (got <= 0) return false;
      shown_.append(bytes, static_cast<size_t>(got));
    }
    return false;
  }
  int status() {
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  void resize(unsigned short rows, unsigned short columns) const {
    winsize size{};
    size.ws_row = rows;
    size.ws_col = columns;
    ioctl(terminal_, TIOCSWINSZ, &size);
  }
  const std::string& shown() const { return shown_; }

 private:
  int terminal_ = -1;
  pid_t process_ = -1;
  std::string shown_;
  size_t read_ = 0;
};

class RunTerminal : public ::testing::TestWithParam<Account> {
 protected:
  std::vector<std::string> run(const std::vector<std::string>& command) const {
    std::vector<std::string> words = {stage_.program(), "run", stage_.policy_path(), "--"};
    words.insert(words.end(), command.begin(), command.end());
    return words;
  }
  RunStage stage_{GetParam(), kProjectPolicy + "allow env TERM, PS1, HOME\n"};
};
std::string name_of_account(const ::testing::TestParamInfo<Account>& param) {
  return param.param.name == "root" ? "root" : "ordinary_user";
}
INSTANTIATE_TEST_SUITE_P(As, RunTerminal, ::testing::ValuesIn(accounts_here()), name_of_account);

TEST_P(RunTerminal, AnInteractiveShellHasJobControlAndTheWindowsSize) {
  Terminal terminal(stage_, GetParam(), run({"/bin/bash", "--norc", "--noediting", "-i"}));
  ASSERT_TRUE(terminal.shows("$ ")) << terminal.shown();
  EXPECT_EQ(terminal.shown().find("no job control"), std::string::npos) << terminal.shown();
  terminal.type("stty size\n");
  EXPECT_TRUE(terminal.shows("33 77")) << terminal.shown();
  terminal.resize(40, 100);
  terminal.type("stty size\n");
  EXPECT_TRUE(terminal.shows("40 100")) << terminal.shown();
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

TEST_P(RunTerminal, ARunIsAJobOfTheShellOutside) {
  Terminal terminal(stage_, GetParam(), {"/bin/bash", "--norc", "--noediting", "-i"});
  ASSERT_TRUE(terminal.shows("$ "));
  const auto words = run({"/bin/sh", "-c", "echo begun; sleep 60"});
  std::string line;
  for (const std::string& word : words) line += "'" + word + "' ";
  terminal.type(line + "\n");
  ASSERT_TRUE(terminal.shows("\nbegun")) << terminal.shown();
  terminal.type("\x1a");
  EXPECT_TRUE(terminal.shows("Stopped")) << terminal.shown();
  terminal.type("fg\n");
  EXPECT_TRUE(terminal.shows("fg\r\n"));
  usleep(300'000);
  terminal.type("\x03");
  EXPECT_TRUE(terminal.shows("$ ")) << terminal.shown();
  terminal.type("echo status $?\n");
  EXPECT_TRUE(terminal.shows("status 130")) << terminal.shown();
}

TEST_P(RunTerminal, NothingCanBeTypedIntoTheTerminal) {
  Terminal terminal(stage_, GetParam(),
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

}  // namespace
}  // namespace sbxc::conformance
