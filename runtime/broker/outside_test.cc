// What leads out of the sandbox's tree, and to the broker itself.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "runtime/broker/sandbox_for_test.h"

namespace sbxc::broker {
namespace {

const std::vector<std::string> kRules = {"allow write /**"};

// Another mount namespace's descriptors show paths that mean something else here.
TEST(Outside, DescriptorsOfAnotherTreeAreNoStart) {
  for (const As as : {As::root, As::user}) {
    Sandbox box(kRules, as);
    box.make_file("file");
    box.make_directory("directory");
    const int directory = open(box.in("directory").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int file = open(box.in("file").c_str(), O_RDONLY | O_CLOEXEC);
    const int writable = open(box.in("file").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    const Ran ran = box.run([&] {
      const std::string own = "/proc/self/fd/";
      const std::string through = own + std::to_string(directory);
      return joined({outcome(openat(directory, "x", O_WRONLY | O_CREAT, 0600)),
                     outcome(openat(directory, "../file", O_WRONLY)),
                     outcome(mkdirat(directory, "x", 0700)),
                     outcome(open((through + "/x").c_str(), O_WRONLY | O_CREAT, 0600)),
                     outcome(open((own + std::to_string(file)).c_str(), O_WRONLY)),
                     outcome(open((own + std::to_string(writable)).c_str(), O_WRONLY | O_TRUNC)),
                     outcome(fchmod(file, 0777)), outcome(fchdir(directory)),
                     outcome(open("x", O_WRONLY | O_CREAT, 0600)),
                     outcome(linkat(file, "", AT_FDCWD, (through + "/y").c_str(), AT_EMPTY_PATH))});
    });
    EXPECT_EQ(ran.said, "EACCES,EACCES,EACCES,EACCES,EACCES,EACCES,EACCES,ok,EACCES,EACCES");
    EXPECT_EQ(box.text_of("file"), "original");
    for (const int number : {directory, file, writable}) close(number);
  }
}

// Root could close it to everybody. The mode and the owner are those that it has.
TEST(Outside, ANodeOfADeviceIsTheMachines) {
  Sandbox box(kRules, As::root);
  const Ran ran = box.run([] {
    const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    return joined({outcome(chmod("/dev/null", 0666)), outcome(fchmod(null, 0666)),
                   outcome(chown("/dev/null", 0, 0)),
                   outcome(utimensat(AT_FDCWD, "/dev/null", nullptr, 0)),
                   outcome(write(null, "x", 1))});
  });
  EXPECT_EQ(ran.said, "EPERM,EPERM,EPERM,EPERM,ok");
}

// Of root's account it would be root's rights, for whoever reaches the file after the run.
TEST(Outside, NoProgramIsLeftThatRunsWithItsOwnersRights) {
  for (const As account : {As::root, As::user}) {
    Sandbox box(kRules, account);
    const Ran ran = box.run([] {
      close(open("x", O_WRONLY | O_CREAT, 0700));
      const int held = open("x", O_RDONLY | O_CLOEXEC);
      mkdir("shared", 0770);
      return joined({outcome(chmod("x", 04700)), outcome(fchmod(held, 02710)),
                     outcome(open("new", O_WRONLY | O_CREAT, 04755)), outcome(creat("new", 02755)),
                     outcome(open(".", O_WRONLY | O_TMPFILE, 04755)),
                     outcome(mknod("new", S_IFREG | 04755, 0)), outcome(chmod("x", 0711)),
                     outcome(chmod("shared", 02770))});
    });
    EXPECT_EQ(ran.said, "EPERM,EPERM,EPERM,EPERM,EPERM,EPERM,ok,ok");
  }
}

TEST(Outside, ARemovedDirectoryIsNoStart) {
  Sandbox box(kRules, As::user);
  const Ran ran = box.run([] {
    mkdir("gone", 0777);
    const int held = open("gone", O_PATH);
    return joined({outcome(chdir("gone")), outcome(rmdir("../gone")),
                   outcome(rmdir("/proc/self/cwd/../gone")),
                   outcome(open("x", O_WRONLY | O_CREAT, 0600)),
                   outcome(openat(held, "x", O_WRONLY | O_CREAT, 0600)),
                   outcome(open("/proc/self/cwd/x", O_WRONLY | O_CREAT, 0600))});
  });
  EXPECT_TRUE(ran.said.starts_with("ok,ok,")) << ran.said;
  EXPECT_TRUE(ran.said.find("ok", 6) == std::string::npos) << ran.said;
}

// In the machine's process table the broker has a number that the command can find.
TEST(Outside, TheBrokerIsNotReachedThroughAnyProcessTable) {
  for (const As as : {As::root, As::user}) {
    Sandbox box(kRules, as);
    box.namespaces = false;
    const std::string number = box.in("broker");
    box.in_broker = [number] { std::ofstream(number) << getpid(); };
    const Ran ran = box.run([number] {
      std::string broker;
      while (broker.empty()) std::ifstream(number) >> broker;
      const std::string base = "/proc/" + broker;
      const auto write_to = [](const std::string& path) {
        const int file = open(path.c_str(), O_RDWR);
        return outcome(file);
      };
      const int place = open(base.c_str(), O_PATH);
      std::vector<std::string> said = {outcome(place),
                                       write_to("/proc/self/comm"),
                                       write_to(base + "/mem"),
                                       write_to(base + "/task/" + broker + "/mem"),
                                       write_to(base + "/comm"),
                                       write_to("/proc/self/../" + broker + "/oom_score_adj"),
                                       outcome(openat(place, "mem", O_RDWR)),
                                       outcome(openat(place, "comm", O_RDWR)),
                                       outcome(openat(place, "./task/../comm", O_RDWR))};
      return joined(said);
    });
    EXPECT_TRUE(ran.said.starts_with("ok,ok,E")) << ran.said;
    EXPECT_TRUE(ran.said.find("ok", 6) == std::string::npos) << ran.said;
    EXPECT_EQ(ran.broker_status, 0);
  }
}

TEST(Outside, WithoutNamespacesPathsMeanTheCallersToo) {
  Sandbox box({"allow read /**", "allow write $w/**", "deny write $w/secret/**"}, As::user);
  box.namespaces = false;
  box.make_directory("secret");
  const Ran ran = box.run([] {
    return joined({outcome(open("/proc/self/cwd/x", O_WRONLY | O_CREAT, 0600)),
                   outcome(open("/proc/thread-self/cwd/secret/x", O_WRONLY | O_CREAT, 0600)),
                   outcome(mkdir("/proc/self/root/../d", 0700))});
  });
  EXPECT_TRUE(ran.said.starts_with("ok,EACCES,E")) << ran.said;
}

}  // namespace
}  // namespace sbxc::broker
