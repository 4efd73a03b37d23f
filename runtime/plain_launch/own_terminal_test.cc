// The command's own terminal, seen from the person's: the test holds the other end of a terminal
// that the launching process has as its own.
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <optional>

#include "runtime/plain_launch/launched_for_test.h"

namespace sbxc::plain {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A process that launches at a terminal.
class AtTerminal {
 public:
  explicit AtTerminal(const Order& order) {
    keys_.reset(posix_openpt(O_RDWR | O_NOCTTY));
    grantpt(keys_.get());
    unlockpt(keys_.get());
    person_.reset(open(ptsname(keys_.get()), O_RDWR | O_NOCTTY));
    const winsize size{.ws_row = 33, .ws_col = 77, .ws_xpixel = 0, .ws_ypixel = 0};
    ioctl(person_.get(), TIOCSWINSZ, &size);
    before_ = settings();
    process_ = fork();
    if (process_ != 0) return;
    setsid();
    ioctl(person_.get(), TIOCSCTTY, 0);
    for (int number = 0; number < 3; ++number) dup2(person_.get(), number);
    launch_and_exit(order);
  }
  ~AtTerminal() {
    if (process_ > 0) kill(process_, SIGKILL);
    if (process_ > 0) waitpid(process_, nullptr, 0);
  }
  AtTerminal(const AtTerminal&) = delete;
  AtTerminal& operator=(const AtTerminal&) = delete;

  pid_t process() const { return process_; }
  void type(std::string_view keys) { (void)!write(keys_.get(), keys.data(), keys.size()); }
  // Whether this has been shown within ten seconds.
  bool shows(const std::string& text) {
    while (shown_.find(text) == std::string::npos) {
      pollfd watched{keys_.get(), POLLIN, 0};
      char bytes[4096];
      if (poll(&watched, 1, 10'000) <= 0) return false;
      const ssize_t got = read(keys_.get(), bytes, sizeof(bytes));
      if (got <= 0) return false;
      shown_.append(bytes, static_cast<size_t>(got));
    }
    return true;
  }
  const std::string& shown() const { return shown_; }
  termios settings() const {
    termios now{};
    tcgetattr(person_.get(), &now);
    return now;
  }
  const termios& settings_before() const { return before_; }
  void resize(unsigned short rows, unsigned short columns) {
    const winsize size{.ws_row = rows, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    ioctl(keys_.get(), TIOCSWINSZ, &size);
  }
  int wait() {
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  Descriptor keys_;
  Descriptor person_;
  std::string shown_;
  termios before_{};
  pid_t process_ = -1;
};

TEST(OwnTerminal, IsATerminalOfThePersonsSizeAndNotThePersons) {
  AtTerminal at(shell("tty; stty size; exit 5"));
  EXPECT_TRUE(at.shows("33 77"));
  EXPECT_EQ(at.wait(), 5);
}

TEST(OwnTerminal, TakesWhatIsTypedAndShowsWhatIsWritten) {
  AtTerminal at(shell("read word; echo \"<$word>\""));
  at.type("hello\r");
  EXPECT_TRUE(at.shows("<hello>"));
  EXPECT_EQ(at.wait(), 0);
}

TEST(OwnTerminal, LeavesTheKeysForSignalsToTheCommandsSession) {
  AtTerminal at(
      shell("trap 'echo interrupted; exit 9' INT; echo ready; while :; do sleep 0.05; done"));
  ASSERT_TRUE(at.shows("ready"));
  at.type("\x03");
  EXPECT_TRUE(at.shows("interrupted"));
  EXPECT_EQ(at.wait(), 9);
}

TEST(OwnTerminal, TellsOfANewSize) {
  AtTerminal at(shell("trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.05; done"));
  ASSERT_TRUE(at.shows("ready"));
  at.resize(44, 99);
  kill(at.process(), SIGWINCH);
  EXPECT_TRUE(at.shows("44 99"));
}

// What a command types into its terminal stays there: a shell that has the person's never sees it.
TEST(OwnTerminal, KeepsWhatTheCommandTypesIntoItsOwn) {
  Order order = order_for({"/usr/bin/python3", "-c",
                           "import fcntl, termios, sys\n"
                           "for c in b'echo pwned\\n':\n"
                           "  try: fcntl.ioctl(0, termios.TIOCSTI, bytes([c]))\n"
                           "  except OSError: pass\n"
                           "print('tried')\n"});
  AtTerminal at(order);
  ASSERT_TRUE(at.shows("tried"));
  EXPECT_EQ(at.wait(), 0);
}

TEST(OwnTerminal, PutsThePersonsTerminalBack) {
  Order order = shell("echo ready; read line");
  AtTerminal at(order);
  ASSERT_TRUE(at.shows("ready"));
  EXPECT_EQ(at.settings().c_lflag & static_cast<tcflag_t>(ICANON), 0U);
  at.type("\r");
  EXPECT_EQ(at.wait(), 0);
  EXPECT_EQ(at.settings().c_lflag, at.settings_before().c_lflag);
  EXPECT_NE(at.settings().c_lflag & static_cast<tcflag_t>(ICANON), 0U);
}

TEST(OwnTerminal, IsPutBackWhenTheLauncherIsKilled) {
  AtTerminal at(shell("echo ready; sleep 300"));
  ASSERT_TRUE(at.shows("ready"));
  kill(at.process(), SIGKILL);
  at.wait();
  EXPECT_TRUE(none_is_left(mark_of_this_test()));
  for (int tries = 0; tries < 400 && (at.settings().c_lflag & ICANON) == 0; ++tries) usleep(5000);
  EXPECT_NE(at.settings().c_lflag & static_cast<tcflag_t>(ICANON), 0U);
}

TEST(OwnTerminal, ShowsAllThatIsWrittenBeforeTheEnd) {
  AtTerminal at(shell("i=0; while [ $i -lt 400 ]; do echo line $i; i=$((i+1)); done; echo last"));
  EXPECT_TRUE(at.shows("line 399\r\nlast"));
  EXPECT_EQ(at.wait(), 0);
}

}  // namespace
}  // namespace sbxc::plain
