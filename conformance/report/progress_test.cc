#include "conformance/report/progress.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __APPLE__
#include <util.h>
#else
#include <pty.h>
#endif

#include "conformance/report/sample_run_for_test.h"

namespace sbxc::conform {
namespace {

using ::testing::HasSubstr;
using testing::kHostile;
using testing::outcome;
using namespace std::chrono_literals;

// Both ends of a terminal or a pipe; what was written to it so far.
class Ends {
 public:
  static Ends terminal() {
    Ends ends;
    winsize size{.ws_row = 24, .ws_col = 60, .ws_xpixel = 0, .ws_ypixel = 0};
    EXPECT_EQ(openpty(&ends.reads_, &ends.writes_, nullptr, nullptr, &size), 0);
    return ends;
  }
  static Ends pipe() {
    int both[2];
    EXPECT_EQ(::pipe(both), 0);
    Ends ends;
    ends.reads_ = both[0];
    ends.writes_ = both[1];
    return ends;
  }
  ~Ends() {
    close(reads_);
    close(writes_);
  }
  int writes() const { return writes_; }
  std::string seen() const {
    std::string all;
    pollfd ready{.fd = reads_, .events = POLLIN, .revents = 0};
    while (poll(&ready, 1, 0) == 1) {
      char bytes[512];
      const ssize_t n = read(reads_, bytes, sizeof bytes);
      if (n <= 0) break;
      all.append(bytes, static_cast<size_t>(n));
    }
    return all;
  }

 private:
  Ends() = default;
  int reads_ = -1;
  int writes_ = -1;
};

const ProbeOutcome kEscaped = outcome("FSR-001", "file reads", Escaped{{{"changed", "x"}}});

TEST(Progress, IsALineThatIsTakenAway) {
  setenv("TERM", "xterm", 1);
  const Ends ends = Ends::terminal();
  const auto begin = Progress::Clock::now();
  Progress progress(ends.writes(), begin);
  progress.ended(kEscaped, 1, 280, begin + 900ms);
  EXPECT_EQ(ends.seen(), "") << "not before a second has passed";
  progress.ended(kEscaped, 2, 280, begin + 1500ms);
  EXPECT_EQ(ends.seen(), "\r2 of 280, 2 escaped, 1 s  FSR-001\x1b[K");
  progress.ended(kEscaped, 3, 280, begin + 1550ms);
  EXPECT_EQ(ends.seen(), "") << "not more often than can be read";
  progress.erase();
  EXPECT_EQ(ends.seen(), "\r\x1b[K");
  progress.erase();
  EXPECT_EQ(ends.seen(), "");
}

TEST(Progress, IsOnNothingButATerminalThatCanEraseIt) {
  setenv("TERM", "xterm", 1);
  const Ends pipe = Ends::pipe();
  const auto begin = Progress::Clock::now();
  Progress(pipe.writes(), begin).ended(kEscaped, 1, 2, begin + 5s);
  EXPECT_EQ(pipe.seen(), "");
  setenv("TERM", "dumb", 1);
  const Ends terminal = Ends::terminal();
  Progress(terminal.writes(), begin).ended(kEscaped, 1, 2, begin + 5s);
  EXPECT_EQ(terminal.seen(), "");
}

TEST(Progress, StaysOnItsLineWhateverAnIdHolds) {
  const std::string line = progress_line(kHostile, 7, 9, 0, 12s, 40);
  EXPECT_THAT(line, HasSubstr("7 of 9, 12 s  "));
  EXPECT_EQ(line.find_first_of("\x1b\r\n"), std::string::npos);
  EXPECT_LT(line.size(), 45U);
}

}  // namespace
}  // namespace sbxc::conform
