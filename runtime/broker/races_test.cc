// The command changes things between the check and the use, as fast as it can.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "runtime/broker/sandbox_for_test.h"

namespace sbxc::broker {
namespace {

const std::vector<std::string> kRules = {"allow read /**", "allow write $w/**",
                                         "deny write $w/secret/**"};
constexpr auto kLong = std::chrono::milliseconds(700);

// What was written is in memory by now: without this a compiler leaves out the first of two stores.
void seen_by_others() { asm volatile("" ::: "memory"); }

// Does `change` over and over while `attempt` is made.
template <typename Change, typename Attempt>
std::string race(Change change, Attempt attempt) {
  std::atomic<bool> done = false;
  std::thread changer([&] {
    while (!done) change();
  });
  size_t tried = 0;
  const auto end = std::chrono::steady_clock::now() + kLong;
  while (std::chrono::steady_clock::now() < end) {
    attempt();
    ++tried;
  }
  done = true;
  changer.join();
  return tried > 100 ? "raced" : "too slow";
}

class Races : public ::testing::Test {
 protected:
  void SetUp() override {
    box.make_directory("secret");
    box.make_directory("open__");
    box.make_file("secret/key");
    box.make_file("open__/key");
  }
  void expect_untouched(const Ran& ran) {
    EXPECT_EQ(ran.said, "raced");
    EXPECT_EQ(box.text_of("secret/key"), "original");
    EXPECT_FALSE(box.exists("secret/new"));
    EXPECT_EQ(ran.broker_status, 0);
  }
  Sandbox box{kRules, As::user};
};

TEST_F(Races, OfThePathsTextNeverOpenWhatIsDenied) {
  const Ran ran = box.run([] {
    static char path[] = "secret/key";
    return race(
        [] {
          memcpy(path, "open__", 6);
          seen_by_others();
          memcpy(path, "secret", 6);
          seen_by_others();
        },
        [] { close(open(path, O_WRONLY | O_TRUNC)); });
  });
  expect_untouched(ran);
  EXPECT_EQ(box.text_of("open__/key"), "");
}

TEST_F(Races, OfADirectoryAndALinkNeverLeadToWhatIsDenied) {
  const Ran ran = box.run([] {
    mkdir("a", 0777);
    close(open("a/key", O_CREAT | O_WRONLY, 0666));
    if (symlink("secret", "b") != 0) return std::string("no link");
    return race([] { renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_EXCHANGE); },
                [] {
                  close(open("a/key", O_WRONLY | O_TRUNC));
                  close(open("a/new", O_WRONLY | O_CREAT, 0666));
                });
  });
  expect_untouched(ran);
}

TEST_F(Races, OfAFileAndALinkNeverLeadToWhatIsDenied) {
  const Ran ran = box.run([] {
    close(open("a", O_CREAT | O_WRONLY, 0666));
    if (symlink("secret/key", "b") != 0) return std::string("no link");
    return race([] { renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_EXCHANGE); },
                [] {
                  close(open("a", O_WRONLY | O_TRUNC));
                  if (truncate("a", 1) != 0) return;
                });
  });
  expect_untouched(ran);
}

TEST_F(Races, OfDescriptorsAndTheWorkingDirectoryNeverLeadToWhatIsDenied) {
  const Ran ran = box.run([] {
    static int open_one = open("open__", O_PATH | O_DIRECTORY);
    static int secret = open("secret", O_PATH | O_DIRECTORY);
    static int changing = dup(open_one);
    return race(
        [] {
          dup2(secret, changing);
          if (fchdir(secret) != 0) return;
          dup2(open_one, changing);
          if (fchdir(open_one) != 0) return;
        },
        [] {
          close(openat(changing, "key", O_WRONLY | O_TRUNC));
          close(open("new", O_WRONLY | O_CREAT, 0666));
          const std::string own = "/proc/self/fd/" + std::to_string(changing) + "/key";
          close(open(own.c_str(), O_WRONLY | O_TRUNC));
        });
  });
  expect_untouched(ran);
}

TEST_F(Races, OfOutsideAgainstTheBrokerNeverLeadToWhatIsDenied) {
  box.make_directory("swap");
  box.make_file("swap/key");
  const pid_t outsider = fork();
  if (outsider == 0) {
    const std::string directory = box.in("swap");
    const std::string link = box.in("link");
    if (symlink("secret", link.c_str()) != 0) _exit(1);
    for (;;) renameat2(AT_FDCWD, directory.c_str(), AT_FDCWD, link.c_str(), RENAME_EXCHANGE);
  }
  const Ran ran = box.run([] {
    return race([] {},
                [] {
                  close(open("swap/key", O_WRONLY | O_TRUNC));
                  close(open("swap/new", O_WRONLY | O_CREAT, 0666));
                  unlink("swap/key");
                });
  });
  kill(outsider, SIGKILL);
  waitpid(outsider, nullptr, 0);
  expect_untouched(ran);
}

TEST(Broker, AnswersNothingMoreWhenItIsDead) {
  Sandbox box(kRules, As::user);
  box.in_broker = [] { alarm(1); };  // ends it by SIGALRM
  const Ran ran = box.run([] {
    std::string last;
    for (int i = 0; i < 4000 && last != "ENOSYS"; ++i) {
      const int file = open("x", O_WRONLY | O_CREAT, 0666);
      last = outcome(file);
      close(file);
      usleep(1000);
    }
    return joined({last, outcome(mkdir("y", 0777)), outcome(open("x", O_RDONLY))});
  });
  EXPECT_EQ(ran.said, "ENOSYS,ENOSYS,ok");
  EXPECT_TRUE(WIFSIGNALED(ran.broker_status));
}

TEST(Broker, IsNotStalledByAFloodOfDenials) {
  Sandbox box(kRules, As::user);
  box.make_directory("secret");
  const Ran ran = box.run([] {
    for (int i = 0; i < 6000; ++i) {
      if (open(("secret/" + std::to_string(i)).c_str(), O_WRONLY | O_CREAT, 0666) >= 0) {
        return std::string("opened");
      }
    }
    return outcome(open("x", O_WRONLY | O_CREAT, 0666));
  });
  EXPECT_EQ(ran.said, "ok");
  EXPECT_LT(ran.reports.size(), 4500U);
  EXPECT_GT(ran.reports.size(), 10U);
}

TEST(Broker, MovesTwentyThousandFilesAtOnce) {
  Sandbox box(kRules, As::user);
  box.make_directory("secret");
  box.make_directory("many");
  for (int i = 0; i < 20'000; ++i) box.make_file("many/" + std::to_string(i), "");
  const Ran ran = box.run([] {
    return joined({outcome(rename("many", "more")), outcome(rename("more", "secret/many")),
                   outcome(open("more/19999", O_WRONLY)), outcome(unlink("more/0"))});
  });
  EXPECT_EQ(ran.said, "ok,EACCES,ok,ok");
}

}  // namespace
}  // namespace sbxc::broker
