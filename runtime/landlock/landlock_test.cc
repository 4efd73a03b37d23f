// The real kernel's answers, as root and as an ordinary user. A kernel without Landlock fails these
// tests: there is nothing to see on it.
#include "runtime/landlock/landlock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "runtime/landlock/walled_child_for_test.h"

namespace sbxc::landlock {
namespace {

namespace fs = std::filesystem;

class Landlock : public ::testing::TestWithParam<Account> {
 protected:
  void SetUp() override {
    char name[] = "/tmp/wall-XXXXXX";
    root_ = mkdtemp(name);
    for (const char* directory : {"open", "open/deep", "closed"}) {
      fs::create_directory(root_ + "/" + directory);
    }
    for (const char* file : {"open/file", "open/deep/file", "closed/file"}) {
      std::ofstream(root_ + "/" + file) << "text";
    }
    fs::copy_file("/bin/true", root_ + "/open/program");
    fs::create_symlink("file", root_ + "/open/link");
    for (const auto& entry : fs::recursive_directory_iterator(root_)) give(entry.path());
    give(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void give(const fs::path& path) const {
    const uid_t id = GetParam().change_to.value_or(geteuid());
    ASSERT_EQ(lchown(path.c_str(), id, id), 0);
  }
  std::string at(const char* name) const { return root_ + "/" + name; }

  // Behind a wall that grants `rights` at open/ alone.
  int with(Rights rights, const std::function<int()>& attempt) const {
    const std::string path = at("open");
    const Grant grants[] = {{path.c_str(), rights}};
    return behind(GetParam(), {.grants = grants}, attempt);
  }
  static int opens(const std::string& path, int flags) {
    return result_of(open(path.c_str(), flags | O_CLOEXEC, 0600));
  }

  // An older kernel is not told to scope anything: a wall of nothing else is none.
  static void expect_no_scopes() {
    EXPECT_EQ(behind(GetParam(), {.handled = 0}, [] { return 0; }), kNoWall);
  }

  std::string root_;
};

INSTANTIATE_TEST_SUITE_P(As, Landlock, ::testing::ValuesIn(accounts_here()),
                         ::testing::PrintToStringParamName());

TEST_P(Landlock, IsInThisKernel) { ASSERT_GE(abi(), 1) << "the other tests would say nothing"; }

TEST_P(Landlock, ReadsWhatIsGrantedAtAnyDepthAndNothingElse) {
  EXPECT_EQ(with(kReading, [&] { return opens(at("open/file"), O_RDONLY); }), 0);
  EXPECT_EQ(with(kReading, [&] { return opens(at("open/deep/file"), O_RDONLY); }), 0);
  EXPECT_EQ(with(kReading, [&] { return opens(at("open/deep"), O_RDONLY); }), 0);
  EXPECT_EQ(with(kReading, [&] { return opens(at("closed/file"), O_RDONLY); }), EACCES);
  EXPECT_EQ(with(kReading, [&] { return opens(at("closed"), O_RDONLY); }), EACCES);
  EXPECT_EQ(with(kReading, [&] { return opens(root_, O_RDONLY); }), EACCES);
}

TEST_P(Landlock, ReadingAllowsNoChange) {
  EXPECT_EQ(with(kReading, [&] { return opens(at("open/file"), O_WRONLY); }), EACCES);
  EXPECT_EQ(with(kReading, [&] { return opens(at("open/new"), O_WRONLY | O_CREAT); }), EACCES);
  EXPECT_EQ(with(kReading, [&] { return result_of(unlink(at("open/file").c_str())); }), EACCES);
  EXPECT_EQ(with(kReading, [&] { return result_of(mkdir(at("open/new").c_str(), 0700)); }), EACCES);
  EXPECT_EQ(with(kReading, [&] { return result_of(truncate(at("open/file").c_str(), 0)); }),
            abi() < 3 ? 0 : EACCES);
}

TEST_P(Landlock, WritingAllowsEveryChange) {
  const Rights rights = kReading | kWriting;
  EXPECT_EQ(with(rights, [&] { return opens(at("open/file"), O_WRONLY | O_TRUNC); }), 0);
  EXPECT_EQ(with(rights, [&] { return opens(at("open/new"), O_WRONLY | O_CREAT); }), 0);
  EXPECT_EQ(with(rights, [&] { return result_of(mkdir(at("open/made").c_str(), 0700)); }), 0);
  EXPECT_EQ(with(rights, [&] { return result_of(mkfifo(at("open/fifo").c_str(), 0600)); }), 0);
  EXPECT_EQ(with(rights, [&] { return result_of(symlink("x", at("open/also").c_str())); }), 0);
  EXPECT_EQ(with(rights, [&] { return result_of(rmdir(at("open/made").c_str())); }), 0);
  EXPECT_EQ(with(rights, [&] { return result_of(unlink(at("open/new").c_str())); }), 0);
}

TEST_P(Landlock, MovesInsideOneGrantAndNotAcrossItsBorder) {
  const int moved = abi() < 2 ? EXDEV : 0;  // then every move between directories is refused
  const auto moves = [&](const char* from, const char* to) {
    return with(kReading | kWriting,
                [&] { return result_of(rename(at(from).c_str(), at(to).c_str())); });
  };
  EXPECT_EQ(moves("open/file", "open/deep/moved"), moved);
  EXPECT_NE(moves("open/deep/moved", "closed/moved"), 0);
  EXPECT_NE(moves("closed/file", "open/taken"), 0);
  EXPECT_EQ(
      with(kReading | kWriting,
           [&] {
             return result_of(link(at("open/program").c_str(), at("open/deep/second").c_str()));
           }),
      moved);
}

TEST_P(Landlock, ExecutesOnlyWhatIsGranted) {
  // The loader has to be granted too: the kernel opens it as a program.
  const std::string program = at("open/program");
  const auto run = [&] {
    execl(program.c_str(), program.c_str(), nullptr);
    return errno;
  };
  const std::string place = at("open");
  std::vector<Grant> grants = {{place.c_str(), kReading},
                               {"/usr", kReading | kExecute},
                               {"/lib", kReading | kExecute, true},
                               {"/lib64", kReading | kExecute, true},
                               {"/etc", kReading}};
  // On a merged system /lib is a link, and a link is no place.
  std::erase_if(grants, [](const Grant& grant) { return fs::is_symlink(grant.path); });
  EXPECT_EQ(behind(GetParam(), {.grants = grants}, run), EACCES);
  grants[0].rights |= kExecute;
  EXPECT_EQ(behind(GetParam(), {.grants = grants}, run), 0);
  const Wall unlimited{.handled = kEverything & ~kExecute, .grants = grants};
  grants[0].rights = kReading;
  EXPECT_EQ(behind(GetParam(), unlimited, run), 0);
}

TEST_P(Landlock, AFileIsGrantedWhatMeansSomethingForFiles) {
  const std::string file = at("open/file");
  const Grant grants[] = {{file.c_str(), kEverything}};
  const Wall wall{.grants = grants};
  EXPECT_EQ(behind(GetParam(), wall, [&] { return opens(file, O_RDWR); }), 0);
  EXPECT_EQ(behind(GetParam(), wall, [&] { return opens(at("open/program"), O_RDONLY); }), EACCES);
  EXPECT_EQ(behind(GetParam(), wall, [&] { return result_of(unlink(file.c_str())); }), EACCES);
  const Grant listing[] = {{file.c_str(), kReadDirectory}};
  EXPECT_EQ(behind(GetParam(), {.grants = listing}, [&] { return opens(file, O_RDONLY); }), EACCES);
}

TEST_P(Landlock, DevicesTakeTheirOwnCalls) {
  Grant grants[] = {{"/dev/urandom", kReading | kWriteFile}};
  const auto ask = [] {
    const int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    int bits = 0;
    constexpr unsigned long kEntropy = 0x80045200;  // RNDGETENTCNT
    return fd < 0 ? 1 : result_of(static_cast<int>(syscall(SYS_ioctl, fd, kEntropy, &bits)));
  };
  EXPECT_EQ(behind(GetParam(), {.grants = grants}, ask), abi() < 5 ? 0 : EACCES);
  grants[0].rights |= kIoctlDevice;
  EXPECT_EQ(behind(GetParam(), {.grants = grants}, ask), 0);
}

TEST_P(Landlock, NobodyOutsideIsSignalledOrTraced) {
  if (abi() < 6) return expect_no_scopes();
  const pid_t outside = getpid();
  const Wall wall{.handled = 0};
  EXPECT_EQ(behind(GetParam(), {.handled = 0, .scope_signals = false},
                   [&] { return GetParam().change_to ? 0 : result_of(kill(outside, 0)); }),
            0);
  EXPECT_EQ(behind(GetParam(), wall, [&] { return result_of(kill(outside, 0)); }), EPERM);
  EXPECT_EQ(behind(GetParam(), wall, [&] { return result_of(kill(getpid(), 0)); }), 0);
  EXPECT_EQ(
      behind(GetParam(), wall,
             [&] {
               return result_of(static_cast<int>(ptrace(PTRACE_SEIZE, outside, nullptr, nullptr)));
             }),
      EPERM);
}

// An abstract socket of this process, and whether a child behind the wall reaches it.
TEST_P(Landlock, AbstractSocketsOfOthersAreNotReached) {
  if (abi() < 6) return expect_no_scopes();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "wall-%d", getpid());
  const auto* name = reinterpret_cast<const sockaddr*>(&address);
  const int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(bind(server, name, sizeof address), 0);
  ASSERT_EQ(listen(server, 8), 0);
  const auto reach = [&] {
    return result_of(connect(socket(AF_UNIX, SOCK_STREAM, 0), name, sizeof address));
  };
  EXPECT_EQ(behind(GetParam(), {.handled = 0, .scope_abstract = false}, reach), 0);
  EXPECT_EQ(behind(GetParam(), {.handled = 0}, reach), EPERM);
  close(server);
}

TEST_P(Landlock, AMissingPathIsAnErrorUnlessTheGrantSaysOtherwise) {
  const std::string missing = at("missing");
  Grant grants[] = {{missing.c_str(), kReading}};
  EXPECT_EQ(behind(GetParam(), {.grants = grants}, [] { return 0; }), kNoWall);
  grants[0].optional = true;
  EXPECT_EQ(behind(GetParam(), {.grants = grants}, [] { return 0; }), 0);
}

TEST_P(Landlock, AFailureSaysTheCallThePathAndTheReasonAndInstallsNothing) {
  const std::string link = at("open/link");
  const Grant grants[] = {{link.c_str(), kReading}};
  EXPECT_EQ(behind(GetParam(), {.handled = kMakeBlockDevice},
                   [&] {
                     const Failure failure = apply({.grants = grants});
                     if (!failure || failure.error != ELOOP || failure.path != link) return 1;
                     if (std::strcmp(failure.call, "landlock_add_rule") != 0) return 2;
                     return opens(at("closed/file"), O_RDONLY);
                   }),
            0);
}

TEST_P(Landlock, WhatCannotBeReachedAnywayIsPassedOver) {
  const std::string file = at("closed/file");
  ASSERT_EQ(chmod(at("closed").c_str(), 0600), 0);
  const Grant grants[] = {{file.c_str(), kReading}};
  const int opened = geteuid() == 0 && !GetParam().change_to ? 0 : EACCES;  // root reaches it
  EXPECT_EQ(behind(GetParam(), {.grants = grants}, [&] { return opens(file, O_RDONLY); }), opened);
  ASSERT_EQ(chmod(at("closed").c_str(), 0700), 0);
}

TEST_P(Landlock, ThousandsOfGrantsAreTaken) {
  std::vector<std::string> paths;
  for (int i = 0; i < 5000; ++i) {
    paths.push_back(at("open/deep/") + std::to_string(i));
    std::ofstream{paths.back()} << "x";
    give(paths.back());
  }
  std::vector<Grant> grants;
  for (const std::string& path : paths) grants.push_back({path.c_str(), kReading});
  grants.pop_back();
  const Wall wall{.grants = grants};
  EXPECT_EQ(behind(GetParam(), wall, [&] { return opens(paths[4998], O_RDONLY); }), 0);
  EXPECT_EQ(behind(GetParam(), wall, [&] { return opens(paths[4999], O_RDONLY); }), EACCES);
}

TEST_P(Landlock, FilesAreLeftAloneWhereOnlyScopesAreAsked) {
  if (abi() < 6) return expect_no_scopes();
  // REFER is refused by default as soon as any right is handled, and mounting with it.
  EXPECT_EQ(behind(GetParam(), {.handled = 0},
                   [&] {
                     return result_of(rename(at("open/file").c_str(), at("closed/moved").c_str()));
                   }),
            0);
}

TEST(LandlockAbi, EachKernelIsAskedOnlyWhatItKnows) {
  EXPECT_EQ(known_rights(0), 0U);
  EXPECT_EQ(known_rights(1), (Rights{1} << 13) - 1);
  EXPECT_EQ(known_rights(2), (Rights{1} << 14) - 1);
  EXPECT_EQ(known_rights(3), (Rights{1} << 15) - 1);
  EXPECT_EQ(known_rights(4), known_rights(3));
  EXPECT_EQ(known_rights(5), (Rights{1} << 16) - 1);
  EXPECT_EQ(known_rights(8), known_rights(5));
  EXPECT_EQ(known_rights(9), kEverything);
  EXPECT_EQ(known_rights(20), kEverything);
}

}  // namespace
}  // namespace sbxc::landlock
