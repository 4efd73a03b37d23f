#include "runtime/limits/limits.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "runtime/limits/group.h"
#include "runtime/limits/reached.h"

namespace sbxc::limits {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const std::vector<bwrap::LimitStep> kAll = {{LimitKind::processes, 30},
                                            {LimitKind::memory, 1U << 30},
                                            {LimitKind::open_files, 100},
                                            {LimitKind::time, 60},
                                            {LimitKind::file_size, 4096}};

std::vector<Mechanism> mechanisms(const std::vector<Holding>& all) {
  std::vector<Mechanism> by;
  by.reserve(all.size());
  for (const Holding& holding : all) by.push_back(holding.by);
  return by;
}

TEST(Limits, AGroupHoldsWhatItCanAndProcessesTheRest) {
  using enum Mechanism;
  const Found both{Delegation{.directory = "/x", .memory = true, .pids = true}, {}};
  EXPECT_THAT(mechanisms(holdings(kAll, both, true)),
              ::testing::ElementsAre(group, group, process, supervisor, process));
  EXPECT_THAT(mechanisms(holdings(kAll, Found{}, false)),
              ::testing::ElementsAre(process, process, process, supervisor, process));
}

TEST(Limits, NobodyCountsRootsProcessesWithoutAGroup) {
  const auto all = holdings(kAll, Found{std::nullopt, {"nothing is mounted"}}, true);
  EXPECT_EQ(all[0].by, Mechanism::nobody);
  EXPECT_EQ(all[0].how, "root is exempt from RLIMIT_NPROC, and nothing is mounted");
  EXPECT_THAT(all[0].help, HasSubstr("systemd-run --scope -p Delegate=yes"));
  const Found without{Delegation{.directory = "/x", .memory = true}, {}};
  EXPECT_THAT(holdings(kAll, without, true)[0].how, HasSubstr("`/x` has no pids controller"));
}

TEST(Limits, NoAddressLimitIsGivenWhereAGroupCountsMemory) {
  const Found both{Delegation{.directory = "/x", .memory = true, .pids = true}, {}};
  std::vector<int> resources;
  for (const ResourceLimit& limit : resource_limits(holdings(kAll, both, false))) {
    resources.push_back(limit.resource);
  }
  EXPECT_THAT(resources, ::testing::ElementsAre(RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_FSIZE));
}

// It would be written wherever the process stands, and nobody who looks at calls would see it.
TEST(Limits, TheKernelWritesNoCoreDumpWhateverThePolicySays) {
  const auto limits = resource_limits({});
  ASSERT_EQ(limits.size(), 1U);
  EXPECT_EQ(limits[0].resource, RLIMIT_CORE);
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limit{limits[0].value, limits[0].value};
    if (setrlimit(RLIMIT_CORE, &limit) != 0) _exit(1);
    signal(SIGABRT, SIG_DFL);
    raise(SIGABRT);
    _exit(2);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(WCOREDUMP(status));
}

// How many children a process can have at once that is in a user namespace of its own and may have
// `most` processes.
int children_under(rlim_t most, uid_t user) {
  const pid_t child = fork();
  if (child == 0) {
    setpgid(0, 0);
    if (setresgid(user, user, user) != 0 || setresuid(user, user, user) != 0) _exit(100);
    if (unshare(CLONE_NEWUSER) != 0) _exit(101);
    const rlimit limit{most, most};
    if (setrlimit(RLIMIT_NPROC, &limit) != 0) _exit(102);
    int made = 0;
    for (; made < 20; ++made) {
      const pid_t one = fork();
      if (one == 0) {
        for (;;) pause();
      }
      if (one < 0) break;
    }
    signal(SIGTERM, SIG_IGN);
    kill(0, SIGTERM);  // our own process group
    while (waitpid(-1, nullptr, 0) > 0) continue;
    _exit(made);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 103;
}

TEST(Limits, TheKernelCountsAnOrdinaryUsersProcessesInTheSandboxAndNotRoots) {
  const bool root = geteuid() == 0;
  EXPECT_EQ(children_under(5, root ? 65534 : geteuid()), 4);  // and itself
  if (!root) return;
  EXPECT_EQ(children_under(5, 0), 20);
}

class Scratch : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/limits-XXXXXX";
    root_ = mkdtemp(name);
  }
  void TearDown() override { fs::remove_all(root_); }
  void put(const std::string& file, const std::string& text) const {
    std::ofstream(root_ + "/" + file) << text;
  }
  // As if cgroup2 were mounted at our directory and this process in /a.
  Found look() const {
    put("cgroup", "5:pids:/x\n0::/a\n");
    put("mountinfo", "30 20 0:30 / /proc rw - proc proc rw\n36 35 0:32 / " + root_ +
                         " rw,nosuid shared:9 - cgroup2 cgroup2 rw\n");
    return find_delegation(root_ + "/cgroup", root_ + "/mountinfo");
  }
  void group(const std::string& controllers, const std::string& processes) const {
    fs::create_directories(root_ + "/a");
    put("a/cgroup.controllers", controllers);
    put("a/cgroup.procs", processes);
    put("a/cgroup.subtree_control", "");
    put("a/cgroup.type", "domain\n");
  }
  std::string root_;
};
using FindDelegation = Scratch;
using RealGroup = Scratch;
using ReachedLimits = Scratch;

TEST_F(ReachedLimits, AreReadFromTheFilesOfTheGroup) {
  EXPECT_TRUE(reached_in(root_).empty());
  put("memory.events", "low 0\nhigh 9\nmax 812\noom 4\noom_kill 3\noom_group_kill 0\n");
  put("pids.events", "max 0\n");
  const auto memory_alone = reached_in(root_);
  ASSERT_EQ(memory_alone.size(), 1U);
  EXPECT_EQ(memory_alone[0].kind, LimitKind::memory);
  EXPECT_EQ(memory_alone[0].times, 3U);
  put("pids.events", "max 7\n");
  ASSERT_EQ(reached_in(root_).size(), 2U);
  EXPECT_EQ(reached_in(root_)[1].times, 7U);
}

TEST_F(FindDelegation, FindsAGroupThatHoldsNobodyElse) {
  group("cpu memory pids\n", std::to_string(getpid()) + "\n");
  const Found found = look();
  ASSERT_TRUE(found.delegation) << found.none.why;
  EXPECT_EQ(found.delegation->directory, root_ + "/a");
  EXPECT_TRUE(found.delegation->memory && found.delegation->pids);
  EXPECT_TRUE(found.delegation->has_own_processes);
}

TEST_F(FindDelegation, SaysWhatIsInTheWay) {
  group("cpu\n", "");
  EXPECT_THAT(look().none.why, HasSubstr("neither the memory nor the pids"));
  group("memory\n", std::to_string(getpid()) + "\n1\n");
  EXPECT_THAT(look().none.why, HasSubstr("other processes"));
  fs::remove(root_ + "/a/cgroup.subtree_control");
  EXPECT_THAT(look().none.why, HasSubstr("not delegated"));
  put("mountinfo", "");
  EXPECT_THAT(find_delegation(root_ + "/cgroup", root_ + "/mountinfo").none.why,
              HasSubstr("not mounted"));
}

// A directory of this machine's own version 2 hierarchy, if we may make groups there.
std::string real_hierarchy() {
  for (const char* place : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
    if (access((std::string(place) + "/cgroup.procs").c_str(), W_OK) == 0 &&
        access((std::string(place) + "/cgroup.controllers").c_str(), F_OK) == 0) {
      return place;
    }
  }
  return {};
}

// Where nobody lets us make groups (an ordinary user without delegation): then none is made.
void expect_no_group() {
  const auto group = Group::make({.directory = "/sys/fs/cgroup"}, {});
  ASSERT_FALSE(group);
  EXPECT_THAT(group.error().what, HasSubstr("cannot make the group /sys/fs/cgroup/sbxc-"));
}

TEST_F(RealGroup, HoldsAProcessAndEndsItWhenTheRunIsOver) {
  const std::string place = real_hierarchy();
  if (place.empty()) return expect_no_group();
  pid_t child = -1;
  std::string path;
  {
    auto group = Group::make({.directory = place}, {});
    ASSERT_TRUE(group) << group.error().what;
    path = group->path();
    int ready[2];
    ASSERT_EQ(pipe2(ready, O_CLOEXEC), 0);
    child = fork();
    if (child == 0) {
      const char answer = enter(group->processes()) == 0 ? 'y' : 'n';
      if (write(ready[1], &answer, 1) != 1) _exit(1);
      for (;;) pause();
    }
    char answer = 0;
    ASSERT_EQ(read(ready[0], &answer, 1), 1);
    EXPECT_EQ(answer, 'y');
    std::ifstream processes(path + "/cgroup.procs");
    pid_t inside = 0;
    processes >> inside;
    EXPECT_EQ(inside, child);
    // Nothing in use is taken from under anybody.
    remove_stale(place);
    EXPECT_TRUE(fs::exists(path));
    close(ready[0]);
    close(ready[1]);
    signal(SIGCHLD, SIG_IGN);  // so that what is killed is gone at once
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_NE(kill(child, 0), 0);
  signal(SIGCHLD, SIG_DFL);
}

TEST_F(RealGroup, WhatAKilledRunLeftIsRemovedByTheNext) {
  const std::string place = real_hierarchy();
  if (place.empty()) return expect_no_group();
  const std::string left = place + "/sbxc-0123456789abcdef";
  ASSERT_EQ(mkdir(left.c_str(), 0755), 0);
  auto group = Group::make({.directory = place}, {});
  ASSERT_TRUE(group);
  EXPECT_FALSE(fs::exists(left));
}

TEST_F(RealGroup, AFailureNamesTheFileAndLeavesNothing) {
  const std::string place = real_hierarchy();
  if (place.empty()) return expect_no_group();
  // On a machine where version 1 has the controllers a group has no pids.max.
  const std::vector<Holding> wanted = {
      {.kind = LimitKind::memory, .value = 1U << 30, .by = Mechanism::group, .how = {}}};
  const Delegation delegation{.directory = place};
  const auto group = Group::make(delegation, wanted);
  if (group) return;  // groups here have every controller
  EXPECT_THAT(group.error().what, HasSubstr(".max of " + place));
  for (const auto& entry : fs::directory_iterator(place)) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("sbxc-")) << entry.path();
  }
}

}  // namespace
}  // namespace sbxc::limits
