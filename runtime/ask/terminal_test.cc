// Asking the person at a terminal: a pseudo-terminal, at whose other end this test types. What asks
// is a process whose terminal it is, with or without other jobs on it.
#include "runtime/ask/terminal.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>

#include <algorithm>
#include <csignal>

#include "runtime/ask/answers_for_test.h"
#include "runtime/descriptor/descriptor.h"

namespace sbxc::ask {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kChoices = "[o]nce, this [r]un, [a]lways, [n]o: ";

// A process of its own that asks as soon as it is told, with what `before` does to its terminal.
class AskingAtATerminal : public ::testing::Test {
 protected:
  void start(const std::function<void()>& before = {}, int patience = 20'000) {
    int ends[2] = {-1, -1};
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    test_.reset(ends[0]);
    process_ = forkpty(&terminal_, nullptr, nullptr, nullptr);
    ASSERT_GE(process_, 0);
    if (process_ > 0) {
      close(ends[1]);
      return;
    }
    test_.reset();
    if (before) before();
    serve(ends[1], {.way = Way::terminal,
                    .patience = std::chrono::milliseconds(patience),
                    .family = getpid()});
    _exit(0);
  }
  // A message is the host to ask about; an answer goes back as `once|this run|no|none: reason`.
  static void serve(int socket, const Options& options) {
    Asker asker(options);
    for (;;) {
      pollfd watched[] = {{socket, POLLIN, 0}, {asker.descriptor(), POLLIN, 0}};
      poll(watched, 2, -1);
      char host[256];
      const ssize_t got = watched[0].revents != 0 ? recv(socket, host, sizeof(host), 0) : -1;
      if (got == 0) return;
      if (got > 0) asker.ask(question_for({host, static_cast<size_t>(got)}));
      for (const Answer& answer : asker.answers()) {
        const std::string line = std::to_string(static_cast<uint64_t>(answer.ticket)) +
                                 (answer.allowed ? " allowed: " : " denied: ") + answer.reason;
        send(socket, line.data(), line.size(), MSG_NOSIGNAL);
      }
    }
  }
  void TearDown() override {
    test_.reset();
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    if (terminal_ >= 0) close(terminal_);
  }
  void ask(const std::string& host = "a.example") {
    ASSERT_EQ(send(test_.get(), host.data(), host.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(host.size()));
  }
  std::string answer() {
    pollfd ready{test_.get(), POLLIN, 0};
    char line[256];
    if (poll(&ready, 1, 10'000) != 1) return "nothing; shown was " + shown_;
    const ssize_t got = recv(test_.get(), line, sizeof(line), 0);
    return {line, static_cast<size_t>(std::max<ssize_t>(got, 0))};
  }
  bool has_answer_soon() const {
    pollfd ready{test_.get(), POLLIN, 0};
    return poll(&ready, 1, 300) != 0;
  }
  void type(const std::string& keys) {
    ASSERT_EQ(write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  // Reads on until it was shown since the last time.
  bool shows(const std::string& text) {
    return until([&] {
      pollfd ready{terminal_, POLLIN, 0};
      char bytes[4096];
      if (poll(&ready, 1, 0) == 1) {
        const ssize_t got = read(terminal_, bytes, sizeof(bytes));
        if (got > 0) shown_.append(bytes, static_cast<size_t>(got));
      }
      const size_t at = shown_.find(text, read_);
      if (at == std::string::npos) return false;
      read_ = at + text.size();
      return true;
    });
  }

  Descriptor test_;
  int terminal_ = -1;
  pid_t process_ = -1;
  std::string shown_;
  size_t read_ = 0;
};

TEST_F(AskingAtATerminal, ShowsHostPortRulePlaceAndReasonAndTakesAWord) {
  start();
  ask();
  ASSERT_TRUE(shows(kChoices)) << shown_;
  EXPECT_THAT(shown_, HasSubstr("sbxc: may it connect to a.example:443?\r\n"
                                "  ask connect *.example\r\n"
                                "    a.sbx:3:1: \"rare\"\r\n"));
  type("once\n");
  EXPECT_EQ(answer(), "1 allowed: answered `once`");
}

TEST_F(AskingAtATerminal, TakesEachWord) {
  start();
  const std::pair<const char*, const char*> kWords[] = {
      {"O\n", "allowed: answered `once`"},
      {"r\n", "allowed: answered `this run`"},
      {"this run\n", "allowed: answered `this run`"},
      {"n\n", "denied: answered `no`"},
      {"\x04", "denied: answered `no`"}};
  int number = 0;
  for (const auto& [keys, expected] : kWords) {
    ask("h" + std::to_string(++number) + ".example");
    ASSERT_TRUE(shows(kChoices)) << shown_;
    type(keys);
    EXPECT_EQ(answer(), std::to_string(number) + " " + expected) << keys;
  }
}

TEST_F(AskingAtATerminal, RemembersThisRunAndNoAndNotOnce) {
  start();
  for (const char* keys : {"once\n", "this run\n"}) {
    ask();
    ASSERT_TRUE(shows(kChoices)) << keys;
    type(keys);
    EXPECT_THAT(answer(), HasSubstr("allowed"));
  }
  ask();
  EXPECT_EQ(answer(), "3 allowed: answered `this run`");
  ask("b.example");
  ASSERT_TRUE(shows(kChoices));
  type("no\n");
  EXPECT_EQ(answer(), "4 denied: answered `no`");
  ask("b.example");
  EXPECT_EQ(answer(), "5 denied: answered `no`");
}

TEST_F(AskingAtATerminal, PrintsWhatThePolicyNeedsForAlways) {
  start();
  ask();
  ASSERT_TRUE(shows(kChoices));
  type("a\n");
  EXPECT_EQ(answer(), "1 allowed: answered `always`");
  EXPECT_TRUE(
      shows("for good, write into the policy:\r\n"
            "  except a.example:443   # at the end of a.sbx:3:1\r\n"
            "  allow connect a.example:443\r\n"))
      << shown_;
}

TEST_F(AskingAtATerminal, AsksOneQuestionAfterAnother) {
  start();
  ask("a.example");
  ask("b.example");
  ASSERT_TRUE(shows(kChoices));
  EXPECT_THAT(shown_, Not(HasSubstr("b.example")));
  type("n\n");
  EXPECT_EQ(answer(), "1 denied: answered `no`");
  ASSERT_TRUE(shows("b.example"));
  ASSERT_TRUE(shows(kChoices));
  type("o\n");
  EXPECT_EQ(answer(), "2 allowed: answered `once`");
}

TEST_F(AskingAtATerminal, DoesNotTakeForAnAnswerWhatWasTypedBefore) {
  start();
  type("once\n");
  ASSERT_TRUE(shows("once\r\n"));
  ask();
  ASSERT_TRUE(shows(kChoices));
  EXPECT_FALSE(has_answer_soon());
  type("no\n");
  EXPECT_EQ(answer(), "1 denied: answered `no`");
}

TEST_F(AskingAtATerminal, AsksAgainThreeTimesAndThenDenies) {
  start();
  ask();
  ASSERT_TRUE(shows(kChoices));
  for (int i = 0; i < 2; ++i) {
    type("yes\n");
    ASSERT_TRUE(shows("once, run, always or no: ")) << shown_;
  }
  type("yes\n");
  EXPECT_EQ(answer(), "1 denied: no answer was understood");
}

TEST_F(AskingAtATerminal, DeniesAndSaysSoWhenNobodyAnswersInTime) {
  start({}, 1000);
  ask();
  EXPECT_EQ(answer(), "1 denied: no answer within 1 s");
  EXPECT_TRUE(shows("sbxc: denied: no answer within 1 s\r\n")) << shown_;
}

TEST_F(AskingAtATerminal, DeniesWhileAProgramReadsKeysOrHidesThem) {
  const auto without = [](tcflag_t flag) {
    return [flag] {
      termios modes{};
      tcgetattr(0, &modes);
      modes.c_lflag &= ~flag;
      tcsetattr(0, TCSANOW, &modes);
    };
  };
  start(without(ICANON));
  ask();
  EXPECT_EQ(answer(), "1 denied: nobody to ask: the command reads keys from the terminal");
  TearDown();
  start(without(ECHO));
  ask();
  EXPECT_EQ(answer(), "1 denied: nobody to ask: the command hides what is typed at the terminal");
}

TEST_F(AskingAtATerminal, WithdrawsTheQuestionWhenAProgramStartsToReadKeys) {
  start();
  ask();
  ASSERT_TRUE(shows(kChoices));
  termios modes{};
  ASSERT_EQ(tcgetattr(terminal_, &modes), 0);
  modes.c_lflag &= ~static_cast<tcflag_t>(ICANON);
  ASSERT_EQ(tcsetattr(terminal_, TCSANOW, &modes), 0);
  EXPECT_EQ(answer(), "1 denied: the command reads keys from the terminal");
  type("once\n");
  EXPECT_FALSE(has_answer_soon());
}

// As `bash -i` inside the sandbox puts its job at the front.
TEST_F(AskingAtATerminal, AsksWhileAJobOfTheSandboxIsAtTheFrontAndLeavesItThere) {
  start([] {
    std::signal(SIGTTOU, SIG_IGN);
    const pid_t job = fork();
    if (job == 0) {
      pause();
      _exit(0);
    }
    setpgid(job, job);
    tcsetpgrp(0, job);
  });
  ask();
  ASSERT_TRUE(shows(kChoices)) << answer();
  const pid_t front = tcgetpgrp(terminal_);
  EXPECT_NE(front, process_);
  type("r\n");
  EXPECT_EQ(answer(), "1 allowed: answered `this run`");
  EXPECT_EQ(tcgetpgrp(terminal_), front) << "the terminal was taken from the job";
  kill(front, SIGKILL);
}

// As after `sbxc run … &` in a shell: what is typed is for the shell.
TEST_F(AskingAtATerminal, DeniesWhileSomebodyElsesJobIsAtTheFront) {
  start([] {
    const pid_t inner = fork();
    if (inner > 0) {  // stands for the shell
      waitpid(inner, nullptr, 0);
      _exit(0);
    }
    setpgid(0, 0);
  });
  ask();
  EXPECT_EQ(answer(), "1 denied: nobody to ask: the terminal is with another job");
}

TEST_F(AskingAtATerminal, IsNotHeldUpByATerminalThatWasStopped) {
  start({}, 1000);
  type("\x13");  // Ctrl-S
  ask();
  EXPECT_EQ(answer(), "1 denied: no answer within 1 s");
}

TEST(AskingWithoutATerminal, Denies) {
  Asker asker({.way = Way::terminal, .terminal = "/dev/null/none"});
  const Answer got = answer_to(asker, question_for("a.example"));
  EXPECT_TRUE(got.unavailable);
  EXPECT_EQ(got.reason, "nobody to ask: there is no terminal");
}

}  // namespace
}  // namespace sbxc::ask
