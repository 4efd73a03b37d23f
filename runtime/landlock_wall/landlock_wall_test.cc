#include "runtime/landlock_wall/landlock_wall.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbxc::landlock {
namespace {

using bwrap::BwrapPlan;
using bwrap::Step;
using bwrap::StepKind;
using ::testing::IsEmpty;

constexpr int kNewest = 9;

Rights rights_at(const OwnedWall& wall, const std::string& path) {
  Rights rights = 0;
  for (const OwnedGrant& grant : wall.grants) {
    if (bwrap::is_below(path, grant.path)) rights |= grant.rights;
  }
  return rights;
}

BwrapPlan plan_of(std::vector<Step> steps) {
  BwrapPlan plan;
  plan.steps = std::move(steps);
  return plan;
}

const Step kClosedRoot = {.kind = StepKind::permissions, .target = "/", .mode = 0111};
const Step kQuietRoot = {.kind = StepKind::read_only, .target = "/"};

TEST(LandlockWall, ReadOnlyIsReadAndWritableIsEveryChange) {
  const OwnedWall wall = wall_of(plan_of({{.kind = StepKind::ro_bind, .target = "/usr"},
                                          {.kind = StepKind::bind, .target = "/shop"},
                                          kClosedRoot,
                                          kQuietRoot}),
                                 kNewest);
  EXPECT_EQ(wall.handled, kEverything);
  EXPECT_EQ(rights_at(wall, "/usr/bin/x"), kReading | kExecute);
  EXPECT_EQ(rights_at(wall, "/shop/x"), kReading | kWriting | kExecute);
  EXPECT_EQ(rights_at(wall, "/home"), 0U);
}

TEST(LandlockWall, AMountThatItsDirectoryCoversAlreadyTakesNoGrant) {
  const OwnedWall wall = wall_of(plan_of({{.kind = StepKind::bind, .target = "/shop"},
                                          {.kind = StepKind::bind, .target = "/shop/pin"},
                                          {.kind = StepKind::ro_bind, .target = "/shop/.git"},
                                          {.kind = StepKind::tmpfs, .target = "/shop/hidden"},
                                          kClosedRoot,
                                          kQuietRoot}),
                                 kNewest);
  ASSERT_EQ(wall.grants.size(), 1U);
  EXPECT_EQ(wall.grants[0].path, "/shop");
}

TEST(LandlockWall, AMountCoversWhatWasMountedBelowItBefore) {
  const OwnedWall wall = wall_of(plan_of({{.kind = StepKind::bind, .target = "/a/b"},
                                          {.kind = StepKind::ro_bind, .target = "/a"},
                                          kClosedRoot,
                                          kQuietRoot}),
                                 kNewest);
  EXPECT_EQ(rights_at(wall, "/a/b/x"), kReading | kExecute);
}

TEST(LandlockWall, AHiddenDirectoryIsNotListedAndAnOpenOneIs) {
  const OwnedWall wall =
      wall_of(plan_of({{.kind = StepKind::directory, .target = "/home", .mode = 0755},
                       {.kind = StepKind::directory, .target = "/srv", .mode = 0755},
                       {.kind = StepKind::permissions, .target = "/home", .mode = 0111},
                       kClosedRoot,
                       kQuietRoot}),
              kNewest);
  EXPECT_EQ(rights_at(wall, "/home"), 0U);
  EXPECT_EQ(rights_at(wall, "/srv"), kReadDirectory);
}

TEST(LandlockWall, TheSandboxsOwnDevicesAndProcessesStayOfUse) {
  const OwnedWall wall = wall_of(plan_of({{.kind = StepKind::proc, .target = "/proc"},
                                          {.kind = StepKind::dev, .target = "/dev"},
                                          {.kind = StepKind::tmpfs, .target = "/dev/shm"},
                                          {.kind = StepKind::read_only, .target = "/proc"},
                                          {.kind = StepKind::read_only, .target = "/dev"},
                                          kClosedRoot,
                                          kQuietRoot}),
                                 kNewest);
  EXPECT_EQ(rights_at(wall, "/proc/self/stat"), kReading | kExecute);
  EXPECT_EQ(rights_at(wall, "/dev/null") & (kReadFile | kWriteFile | kIoctlDevice),
            kReadFile | kWriteFile | kIoctlDevice);
  EXPECT_EQ(rights_at(wall, "/dev/new") & kMaking, 0U);
  EXPECT_EQ(rights_at(wall, "/dev/shm/x") & kWriting, kWriting);
}

TEST(LandlockWall, OnlyListedProgramsAreExecutedWhereExecutionIsLimited) {
  BwrapPlan plan = plan_of({{.kind = StepKind::ro_bind, .target = "/usr"}, kClosedRoot});
  plan.limits_execution = true;
  plan.exec_grants = {"/usr/bin"};
  const OwnedWall wall = wall_of(plan, kNewest);
  EXPECT_EQ(rights_at(wall, "/usr/share/x"), kReading | (rights_at(wall, "/")));
  EXPECT_EQ(rights_at(wall, "/usr/bin/x") & kExecute, kExecute);
}

TEST(LandlockWall, SocketsOutsideAreReachedOnlyWhereSomeSocketIsAllowed) {
  BwrapPlan plan = plan_of({{.kind = StepKind::ro_bind, .target = "/run"}, kClosedRoot});
  EXPECT_EQ(rights_at(wall_of(plan, kNewest), "/run/x") & kResolveUnix, 0U);
  plan.unix_sockets = true;
  EXPECT_EQ(rights_at(wall_of(plan, kNewest), "/run/x") & kResolveUnix, kResolveUnix);
}

TEST(LandlockWall, NoFilesAreWalledWhereTheCommandMayMountOrTheKernelWouldRefuseEveryMove) {
  BwrapPlan plan = plan_of({{.kind = StepKind::ro_bind, .target = "/usr"}, kClosedRoot});
  EXPECT_EQ(wall_of(plan, 0).handled, 0U);
  EXPECT_EQ(wall_of(plan, 1).handled, 0U);
  plan.disable_user_namespaces = false;
  EXPECT_EQ(wall_of(plan, kNewest).handled, 0U);
  EXPECT_THAT(wall_of(plan, kNewest).grants, IsEmpty());
  plan.limits_execution = true;
  EXPECT_EQ(wall_of(plan, 1).handled, known_rights(1));
  EXPECT_EQ(wall_of(plan, kNewest).handled, kEverything);
}

}  // namespace
}  // namespace sbxc::landlock
