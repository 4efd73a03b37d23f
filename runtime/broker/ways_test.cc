// Every way to spell a path leads to one judgement: links, `..`, descriptors, /proc.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/btrfs.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "runtime/broker/sandbox_for_test.h"

namespace sbxc::broker {
namespace {

const std::vector<std::string> kRules = {"allow read /**", "allow write $w/**",
                                         "allow write /proc/**", "allow write /dev/**",
                                         "deny write $w/secret/**"};

std::string writes(const std::string& path, int flags = O_WRONLY | O_CREAT) {
  const int file = open(path.c_str(), flags, 0666);
  const std::string out = outcome(file);
  if (file >= 0) close(file);
  return out;
}

class Ways : public ::testing::TestWithParam<As> {
 protected:
  void SetUp() override {
    for (const char* name : {"secret", "open", "open/deep"}) box.make_directory(name);
    box.make_file("secret/key");
    box.make_file("open/file");
    box.make_link("../secret", "open/to-secret");
    box.make_link("secret/key", "to-key");
    box.make_link("secret/new", "to-new");
    box.make_link("to-key", "to-to-key");
    box.make_link(box.in("open"), "to-open");
  }
  Sandbox box{kRules, GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Users, Ways, ::testing::Values(As::root, As::user), [](const auto& param) {
  return param.param == As::root ? "AsRoot" : "AsUser";
});

TEST_P(Ways, ThroughLinksAndDotsLeadToOneJudgement) {  // L8
  const std::string here = box.directory();
  const Ran ran = box.run([here] {
    std::vector<std::string> said;
    for (const std::string path :
         {"secret/key", "./secret//key", "open/../secret/key", "open/to-secret/key",
          "open/to-secret/new", "to-key", "to-to-key", "to-new", "to-open/to-secret/key",
          "open/deep/../../secret/./key", "to-open/../secret/key"}) {
      said.push_back(writes(path));
      said.push_back(writes(here + "/" + path));
      said.push_back(writes("/proc/self/cwd/" + path));
      said.push_back(writes("/proc/self/root" + here + "/" + path));
      said.push_back(writes("/proc/thread-self/root/proc/self/cwd/" + path));
    }
    return joined(said);
  });
  std::string refused = "EACCES";
  for (int i = 1; i < 55; ++i) refused += ",EACCES";
  EXPECT_EQ(ran.said, refused);
  EXPECT_EQ(box.text_of("secret/key"), "original");
  EXPECT_FALSE(box.exists("secret/new"));
}

TEST_P(Ways, ThroughDescriptorsLeadToOneJudgement) {
  const Ran ran = box.run([] {
    const int secret = open("secret", O_RDONLY | O_DIRECTORY);
    const int key = open("secret/key", O_RDONLY);
    const int place = open("secret/key", O_PATH);
    const int root = open("/", O_PATH);
    const std::string own = "/proc/self/fd/";
    std::vector<std::string> said = {outcome(openat(secret, "key", O_WRONLY)),
                                     outcome(openat(secret, "../secret/key", O_WRONLY)),
                                     writes(own + std::to_string(secret) + "/key"),
                                     writes(own + std::to_string(key), O_WRONLY),
                                     writes(own + std::to_string(place), O_RDWR),
                                     writes("/dev/fd/" + std::to_string(key), O_WRONLY),
                                     outcome(openat(root, "proc/self/cwd/secret/key", O_WRONLY)),
                                     outcome(openat(secret, "../open/file", O_WRONLY)),
                                     outcome(fchdir(secret)),
                                     writes("key", O_WRONLY),
                                     writes("../open/file", O_WRONLY)};
    return joined(said);
  });
  EXPECT_EQ(ran.said, "EACCES,EACCES,EACCES,EACCES,EACCES,EACCES,EACCES,ok,ok,EACCES,ok");
}

TEST_P(Ways, ThroughProcReachWhatTheCommandHoldsAlready) {
  const Ran ran = box.run([] {
    int ends[2];
    if (pipe(ends) != 0) return std::string("no pipe");
    const int memory = memfd_create("x", 0);
    const int gone = open("gone", O_RDWR | O_CREAT, 0600);
    unlink("gone");
    const std::string own = "/proc/self/fd/";
    const int reader = open((own + std::to_string(memory)).c_str(), O_RDONLY);
    const int held = open("open/file", O_RDONLY);
    return joined({writes(own + std::to_string(ends[1]), O_WRONLY),
                   writes(own + std::to_string(memory), O_RDWR),
                   writes("/dev/fd/" + std::to_string(gone), O_RDWR),
                   // Open for reading alone, and without a name: not for writing either.
                   writes(own + std::to_string(reader), O_RDWR),
                   // By its name it may be written.
                   writes(own + std::to_string(held), O_RDWR), writes(own + "987", O_RDWR)});
  });
  EXPECT_EQ(ran.said, "ok,ok,ok,EACCES,ok,ENOENT");
}

TEST_P(Ways, OfLinksInCirclesEnd) {
  box.make_link("b", "a");
  box.make_link("a", "b");
  box.make_link("l0", "chain");
  for (int i = 0; i < 50; ++i) {
    box.make_link(i == 49 ? "open/file" : "l" + std::to_string(i + 1), "l" + std::to_string(i));
  }
  const Ran ran = box.run([] {
    return joined({writes("a"), writes("a/x"), writes("chain"), writes("l20"), writes("l40")});
  });
  EXPECT_EQ(ran.said, "ELOOP,ELOOP,ELOOP,ok,ok");
}

TEST_P(Ways, DeepAndLongAreFollowedAsFarAsAPathGoes) {
  const Ran ran = box.run([] {
    const std::string name(200, 'n');
    std::vector<std::string> said;
    int depth = 0;
    for (; depth < 40 && mkdir(name.c_str(), 0777) == 0; ++depth) {
      if (chdir(name.c_str()) != 0) break;
    }
    said.push_back(depth >= 18 && depth < 23 ? "deep" : std::to_string(depth));
    said.push_back(outcome(mkdir(name.c_str(), 0777)));
    said.push_back(outcome(chdir("..")));
    said.push_back(writes("x"));
    said.push_back(writes(std::string(4096, '/')));
    return joined(said);
  });
  EXPECT_EQ(ran.said, "deep,ENAMETOOLONG,ok,ok,ENAMETOOLONG");
}

TEST_P(Ways, OfThreadsAndChildrenAreTheirOwn) {
  const Ran ran = box.run([] {
    std::vector<std::string> said(8);
    {
      std::vector<std::thread> threads;
      for (size_t i = 0; i < said.size(); ++i) {
        threads.emplace_back([&said, i] {
          for (int round = 0; round < 50; ++round) {
            const std::string name = (i % 2 == 0 ? "open/t" : "secret/t") + std::to_string(i);
            said[i] = writes(name);
          }
        });
      }
      for (std::thread& thread : threads) thread.join();
    }
    const pid_t child = vfork();
    if (child == 0) _exit(open("open/by-child", O_WRONLY | O_CREAT, 0600) >= 0 ? 0 : 1);
    int status = 0;
    waitpid(child, &status, 0);
    said.push_back(std::to_string(status));
    const pid_t other = fork();
    if (other == 0) {
      const bool moved = chdir("open") == 0;
      _exit(moved && writes("../secret/x") == "EACCES" && writes("file") == "ok" ? 0 : 1);
    }
    waitpid(other, &status, 0);
    said.push_back(std::to_string(status));
    said.push_back(writes("/proc/thread-self/comm", O_WRONLY));
    return joined(said);
  });
  EXPECT_EQ(ran.said, "ok,EACCES,ok,EACCES,ok,EACCES,ok,EACCES,0,0,ok");
}

TEST_P(Ways, OfAProcessThatKeepsToItselfAreServed) {
  // A program of its own: what may look into a process depends on where it was started.
  const Ran ran = box.run([] {
    execlp("python3", "python3", "-c", R"(
import ctypes, os
ctypes.CDLL(None).prctl(4, 0)
directory = os.open("open", os.O_PATH)
open("open/x", "w")
os.close(os.open("y", os.O_WRONLY | os.O_CREAT, dir_fd=directory))
os.mkdir("open/z")
try:
  open("secret/x", "w")
except PermissionError:
  open("open/refused", "w")
)",
           nullptr);
    return std::string("not started");
  });
  EXPECT_EQ(ran.said, "");
  for (const char* name : {"open/x", "open/y", "open/z", "open/refused"}) {
    EXPECT_TRUE(box.exists(name)) << name;
  }
}

TEST_P(Ways, AFifoWaitsForItsOtherEndAndHoldsUpNobody) {
  const Ran ran = box.run([] {
    std::vector<std::string> said = {outcome(mkfifo("open/fifo", 0666))};
    const pid_t child = fork();
    if (child == 0) {
      const int end = open("open/fifo", O_WRONLY);  // waits
      _exit(end >= 0 && write(end, "x", 1) == 1 ? 0 : 1);
    }
    for (int i = 0; i < 20; ++i) said.push_back(writes("open/other"));
    const int end = open("open/fifo", O_RDONLY);
    char byte = 0;
    said.push_back(read(end, &byte, 1) == 1 && byte == 'x' ? "read" : "nothing");
    int status = 0;
    waitpid(child, &status, 0);
    said.push_back(std::to_string(status));
    close(end);
    // Ended while it waits: nothing stays behind.
    const pid_t waiting = fork();
    if (waiting == 0) _exit(open("open/fifo", O_WRONLY) >= 0 ? 0 : 1);
    usleep(50'000);
    kill(waiting, SIGKILL);
    waitpid(waiting, &status, 0);
    said.push_back(std::to_string(status));
    return joined(said);
  });
  EXPECT_TRUE(ran.said.starts_with("ok,ok,ok")) << ran.said;
  EXPECT_TRUE(ran.said.ends_with("ok,read,0,9")) << ran.said;
  EXPECT_EQ(ran.broker_status, 0);
}

// What is open for reading can be changed by requests to its file system.
TEST_P(Ways, RequestsThroughADescriptorForReadingChangeNothing) {  // L6
  const Ran ran = box.run([] {
    const int file = open("secret/key", O_RDONLY);
    int flags = 0;
    std::vector<std::string> said = {outcome(file)};
    // A file system may have no flags at all; none may take new ones.
    if (ioctl(file, FS_IOC_GETFLAGS, &flags) == 0) flags |= FS_NODUMP_FL;
    said.push_back(outcome(ioctl(file, FS_IOC_SETFLAGS, &flags)));
    const int directory = open("open", O_RDONLY | O_DIRECTORY);
    flags = FS_CASEFOLD_FL;
    said.push_back(outcome(ioctl(directory, FS_IOC_SETFLAGS, &flags)));
    btrfs_ioctl_vol_args made{0, "made"};
    said.push_back(outcome(ioctl(directory, BTRFS_IOC_SUBVOL_CREATE, &made)));
    return joined(said);
  });
  EXPECT_EQ(ran.said, "ok,ENOTTY,ENOTTY,ENOTTY");
  EXPECT_FALSE(box.exists("open/made"));
}

}  // namespace
}  // namespace sbxc::broker
