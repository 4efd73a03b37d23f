// What the kernel does with the groups of runs, in a group that is delegated for the test. The
// controllers are seen where the version 2 hierarchy of this machine has them; what needs none
// (that nothing is left, whoever was killed) is seen wherever root may make groups.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <iostream>

#include "runtime/launch/order_for_test.h"
#include "runtime/limits/delegated_group_for_test.h"
#include "runtime/limits/group.h"
#include "runtime/limits/reached.h"

namespace sbxc::limits {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Holding by_group(LimitKind kind, uint64_t value) {
  return {.kind = kind, .value = value, .by = Mechanism::group, .how = {}};
}

class Delegated : public ::testing::Test {
 protected:
  // Whether the test can go on; if not, what is in the way is a fact of this machine and is said.
  bool is_there() const {
    if (group_.is_there()) return true;
    std::cerr << "NOT SEEN ON THIS MACHINE: a delegated control group (" << group_.why_not()
              << ")\n";
    EXPECT_FALSE(group_.why_not().empty());
    return false;
  }
  bool has(const char* controller) const {
    if (!is_there()) return false;
    if (group_.has(controller)) return true;
    std::cerr << "NOT SEEN ON THIS MACHINE: the " << controller
              << " controller of version 2 (version 1 has it)\n";
    EXPECT_EQ(group_.run_in([controller] { return finds(controller) ? 1 : 0; }), 0);
    return false;
  }
  // In the group, as the ordinary user.
  static bool finds(std::string_view controller) {
    const Found found = find_delegation();
    if (!found.delegation) return false;
    return controller == "pids" ? found.delegation->pids : found.delegation->memory;
  }
  // Its controllers, as far as there are any.
  std::vector<Holding> wanted() const {
    std::vector<Holding> all;
    if (group_.has("pids")) all.push_back(by_group(LimitKind::processes, 20));
    if (group_.has("memory")) all.push_back(by_group(LimitKind::memory, 64U << 20));
    return all;
  }
  Delegation delegation() const {
    return {.directory = group_.path(),
            .memory = group_.has("memory"),
            .pids = group_.has("pids"),
            .has_own_processes = true};
  }
  void SetUp() override {
    if (!group_.is_there()) return;
    for (const char* place : {".", "planned"}) {
      ASSERT_EQ(chown(stage_.at(place).c_str(), group_.kUser, group_.kUser), 0);
    }
  }
  // The group of a run in which something is started.
  std::string entered() const {
    for (int i = 0; i < 2000; ++i) {
      for (const std::string& one : group_.below()) {
        if (text_of(one + "/cgroup.procs").empty()) continue;
        for (const std::string& process : words_of(one + "/cgroup.procs")) {
          if (text_of("/proc/" + process + "/comm") == "sleep\n") return one;
        }
      }
      usleep(5000);
    }
    return {};
  }
  // A supervisor with its run.
  pid_t start_run(const char* seconds) const {
    return group_.start_in([this, seconds] {
      auto group = Group::make(delegation(), wanted());
      if (!group) return 97;
      launch::Launch order = stage_.order({"/usr/bin/sleep", seconds});
      order.control_group = group->processes();
      order.when_killed = [&group] { group->clear_away(); };
      const auto status = launch::launch(order);
      return status ? *status : 96;
    });
  }
  void expect_as_it_was() const {
    // A keeper goes back there itself, and ends.
    const auto processes = [this] { return text_of(group_.path() + "/cgroup.procs"); };
    for (int i = 0; i < 600 && !(group_.below().empty() && processes().empty()); ++i) {
      usleep(5000);
    }
    EXPECT_THAT(group_.below(), IsEmpty());
    EXPECT_THAT(processes(), IsEmpty());
    EXPECT_THAT(words_of(group_.path() + "/cgroup.subtree_control"), IsEmpty());
    EXPECT_EQ(group_.run_in([] { return 7; }), 7) << "nothing can be started in it any more";
  }

  const DelegatedGroup group_;
  const launch::Stage stage_;
};

TEST_F(Delegated, AGroupIsGivenBackAsItWas) {
  if (!is_there()) return;
  const int status = group_.run_in([this] {
    const std::string before = text_of("/proc/self/cgroup");
    {
      auto group = Group::make(delegation(), wanted());
      if (!group) return 1;
      // It stands aside, for a group that hands controllers on has no processes.
      if (!text_of(group_.path() + "/cgroup.procs").empty()) return 2;
      if (group_.below().size() != 2) return 3;
    }
    return text_of("/proc/self/cgroup") == before ? 0 : 4;
  });
  EXPECT_EQ(status, 0);
  expect_as_it_was();
}

TEST_F(Delegated, ARunThatEndsLeavesNoGroup) {
  if (!is_there()) return;
  const pid_t run = start_run("1");
  ASSERT_FALSE(entered().empty());
  int status = 0;
  waitpid(run, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  expect_as_it_was();
}

TEST_F(Delegated, AKilledSupervisorLeavesNoGroup) {
  if (!is_there()) return;
  const pid_t run = start_run("100");
  ASSERT_FALSE(entered().empty());
  kill(run, SIGKILL);
  waitpid(run, nullptr, 0);
  expect_as_it_was();
}

TEST_F(Delegated, AKilledBubblewrapLeavesNoGroup) {
  if (!is_there()) return;
  const pid_t run = start_run("100");
  const std::string group = entered();
  ASSERT_FALSE(group.empty());
  for (const std::string& process : words_of(group + "/cgroup.procs")) {
    std::error_code gone;
    const auto program = std::filesystem::read_symlink("/proc/" + process + "/exe", gone);
    if (program.filename() == "bwrap") kill(std::stoi(process), SIGKILL);
  }
  int status = 0;
  waitpid(run, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 96) << status;
  expect_as_it_was();
}

TEST_F(Delegated, AnOrdinaryUserFindsWhatIsDelegated) {
  if (!has("pids")) return;
  EXPECT_EQ(group_.run_in([] { return finds("pids") ? 0 : 1; }), 0);
}

TEST_F(Delegated, AGroupThatIsNotEnteredYetIsNobodyElses) {
  if (!is_there()) return;
  const auto group = Group::make({.directory = group_.path()}, {});
  ASSERT_TRUE(group) << group.error().what;
  EXPECT_EQ(remove_stale(group_.path()), 0U);
  EXPECT_TRUE(std::filesystem::exists(group->path()));
}

TEST_F(Delegated, PidsMaxEndsAForkBombOfAnOrdinaryUser) {
  if (!has("pids")) return;
  const int made = group_.run_in([this] {
    const auto group = Group::make(delegation(), std::vector{by_group(LimitKind::processes, 50)});
    if (!group) return 200;
    const pid_t child = fork();
    if (child == 0) {
      if (enter(group->processes()) != 0) _exit(201);
      int count = 0;
      for (; count < 100; ++count) {
        const pid_t one = fork();
        if (one == 0) {
          for (;;) pause();
        }
        if (one < 0) break;
      }
      _exit(count);
    }
    int status = 0;
    waitpid(child, &status, 0);
    const auto reached = reached_in(group->path());
    if (reached.size() != 1 || reached[0].kind != LimitKind::processes) return 202;
    return WEXITSTATUS(status);
  });
  EXPECT_EQ(made, 51);  // fifty and two that are not the command's, less itself
  expect_as_it_was();
}

TEST_F(Delegated, MemoryMaxCountsAllProcessesTogether) {
  if (!has("memory")) return;
  const int killed = group_.run_in([this] {
    const auto group =
        Group::make(delegation(), std::vector{by_group(LimitKind::memory, 32U << 20)});
    if (!group) return 200;
    const pid_t first = fork();
    if (first == 0) {
      if (enter(group->processes()) != 0) _exit(201);
      for (int i = 0; i < 3; ++i) {
        if (fork() != 0) continue;
        constexpr size_t kEach = 16U << 20;  // any two of them are too much
        std::vector<char> memory(kEach, 'x');
        sleep(1);
        _exit(memory[kEach / 2] == 'x' ? 0 : 1);
      }
      int ended_by_kernel = 0;
      int status = 0;
      while (waitpid(-1, &status, 0) > 0) {
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ++ended_by_kernel;
      }
      _exit(ended_by_kernel);
    }
    int status = 0;
    waitpid(first, &status, 0);
    const int ended = WIFEXITED(status) ? WEXITSTATUS(status) : 202;
    const auto reached = reached_in(group->path());
    const bool agrees = reached.size() == 1 && reached[0].kind == LimitKind::memory &&
                        reached[0].times == static_cast<uint64_t>(ended);
    return agrees ? ended : 203;
  });
  EXPECT_GE(killed, 1);
  EXPECT_LE(killed, 3);
  expect_as_it_was();
}

}  // namespace
}  // namespace sbxc::limits
