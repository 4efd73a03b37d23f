// Signals, terminals and what else belongs to the process that calls.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/broker/sandbox_for_test.h"

namespace sbxc::broker {
namespace {

const std::vector<std::string> kRules = {"allow read /**", "allow write $w/**",
                                         "allow write /dev/**"};

TEST(Calls, ThatSignalsRainUponAreMadeOnce) {
  Sandbox box(kRules, As::user);
  const Ran ran = box.run([] {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, nullptr);
    const itimerval often{{0, 400}, {0, 400}};
    setitimer(ITIMER_REAL, &often, nullptr);
    for (int i = 0; i < 300; ++i) {
      const std::string name = "d" + std::to_string(i);
      if (mkdir(name.c_str(), 0777) != 0) return "mkdir " + outcome(-1);
      if (rmdir(name.c_str()) != 0) return "rmdir " + outcome(-1);
    }
    return std::string("once");
  });
  EXPECT_EQ(ran.said, "once");
}

TEST(Calls, UseTheMaskOfTheCallerAndItsLimits) {
  Sandbox box(kRules, As::user);
  const Ran ran = box.run([] {
    umask(077);
    close(open("private", O_WRONLY | O_CREAT, 0666));
    mkdir("private-directory", 0777);
    umask(0);
    close(open("public", O_WRONLY | O_CREAT, 0666));
    const rlimit small{100, 100};
    setrlimit(RLIMIT_FSIZE, &small);
    signal(SIGXFSZ, SIG_IGN);
    const rlimit few{8, 8};
    setrlimit(RLIMIT_NOFILE, &few);
    std::string last;
    for (int i = 0; i < 10 && last != "EMFILE"; ++i) last = outcome(open("public", O_WRONLY));
    return joined({outcome(truncate("public", 100)), outcome(truncate("public", 101)), last});
  });
  EXPECT_EQ(ran.said, "ok,EFBIG,EMFILE");
  struct stat info {};
  EXPECT_EQ(stat(box.in("private").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
  EXPECT_EQ(stat(box.in("private-directory").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0700U);
  EXPECT_EQ(stat(box.in("public").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0666U);
}

TEST(Calls, ForTheTerminalMeanTheCallersOne) {
  Sandbox box(kRules);
  const Ran ran = box.run([] {
    // Without one.
    setsid();
    std::vector<std::string> said = {outcome(open("/dev/tty", O_RDWR))};
    int master = -1;
    const pid_t child = forkpty(&master, nullptr, nullptr, nullptr);
    if (child == 0) {
      const int terminal = open("/dev/tty", O_RDWR);
      _exit(terminal >= 0 && write(terminal, "hello", 5) == 5 ? 0 : 1);
    }
    char text[6] = {};
    said.push_back(read(master, text, 5) == 5 ? text : "nothing");
    int status = 0;
    waitpid(child, &status, 0);
    said.push_back(std::to_string(status));
    return joined(said);
  });
  EXPECT_EQ(ran.said, "ENXIO,hello,0");
}

TEST(Calls, OfADeadProcessHoldUpNobody) {
  Sandbox box(kRules, As::user);
  const Ran ran = box.run([] {
    for (int i = 0; i < 200; ++i) {
      const pid_t child = fork();
      if (child == 0) {
        for (;;) close(open("x", O_WRONLY | O_CREAT, 0600));
      }
      usleep(500);
      kill(child, SIGKILL);
      waitpid(child, nullptr, 0);
    }
    return outcome(open("y", O_WRONLY | O_CREAT, 0600));
  });
  EXPECT_EQ(ran.said, "ok");
  EXPECT_EQ(ran.broker_status, 0);
}

TEST(Calls, ByOrphansAreServedUntilTheLastIsGone) {
  Sandbox box(kRules, As::user);
  // The command's process is gone, and with it the sandbox's first process and all others.
  const Ran ran = box.run([] {
    if (fork() == 0) {
      close(STDOUT_FILENO);
      for (;;) close(open("x", O_WRONLY | O_CREAT, 0600));
    }
    usleep(50'000);
    return std::string("gone");
  });
  EXPECT_EQ(ran.said, "gone");
  EXPECT_EQ(ran.broker_status, 0);
}

}  // namespace
}  // namespace sbxc::broker
