// The wall inside real mounts: a script tries everything that can be done to files, once in the
// sandbox of a plan and once in the same sandbox with the wall. The kernel's answers must not
// differ. Which programs may be executed is left out: there the wall is the only one to refuse.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "backends/bwrap/bwrap.h"
#include "compiler/policy/random_policy.h"
#include "runtime/landlock/walled_child_for_test.h"
#include "runtime/landlock_wall/landlock_wall.h"
#include "runtime/launch/launch.h"

namespace sbxc::landlock {
namespace {

namespace fs = std::filesystem;

// Tries, for the directory $1 and all that is known to be below it (given by name, for what cannot
// be listed is to be tried as well). Every answer is a line.
constexpr const char* kScript = R"(
try() { if "$@" >/dev/null 2>&1; then echo "yes $*"; else echo "no $*"; fi; }
append() ( : >>"$1" )
cut() ( : >"$1" )
nodes() { for n in null zero full random urandom tty; do try test -r /dev/$n; done
  try append /dev/null; try append /dev/shm/x; try ls /dev/pts; try ls /dev; try ls /; }
for p in "$@"; do
  try ls "$p"; try cat "$p"; try append "$p"
  try cut "$p/made"; try mkdir "$p/dir"; try mkfifo "$p/fifo"; try ln -s x "$p/link"
  try mv "$p/made" "$p/dir/made"; try ln "$p/dir/made" "$p/again"
done
for p in "$@"; do for q in "$@"; do
  try mv "$p/again" "$q/moved"; try mv "$q/moved" "$p/again"
done; done
for p in "$@"; do
  try rm "$p/dir/made"; try rm "$p/again"; try rm "$p/fifo" "$p/link"; try rmdir "$p/dir"
done
nodes
try ls /proc/self; try cat /proc/self/status; try append /proc/self/comm
try append /proc/sys/kernel/hostname; try cat /etc/hostname; try append /usr/made
)";

std::string allow_every_call() {
  const sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  return {reinterpret_cast<const char*>(&allow), sizeof allow};
}

class Place {
 public:
  explicit Place(const Account& account) : account_(account) {
    char name[] = "/tmp/mounts-XXXXXX";
    root_ = mkdtemp(name);
    make();
  }
  ~Place() { fs::remove_all(root_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  const std::string& root() const { return root_; }
  // As it was at first, whatever a script has done.
  void make() {
    paths_.clear();
    for (const auto& entry : fs::directory_iterator(root_)) fs::remove_all(entry.path());
    for (const char* path : {"/a", "/a/b", "/a/b/a", "/b", "/b/a", "/ab"}) {
      fs::create_directory(root_ + path);
      paths_.push_back(root_ + path);
    }
    for (const char* path : {"/a/b/b", "/b/b"}) {
      std::ofstream(root_ + path) << "text";
      paths_.push_back(root_ + path);
    }
    if (!account_.change_to) return;
    const uid_t id = *account_.change_to;
    if (lchown(root_.c_str(), id, id) != 0) std::abort();
    for (const std::string& path : paths_) {
      if (lchown(path.c_str(), id, id) != 0) std::abort();
    }
  }

  // What the script said in the sandbox of `plan`.
  std::string answers(const bwrap::BwrapPlan& plan, const OwnedWall* wall) {
    make();
    launch::Launch order;
    order.arguments = bwrap_arguments(plan);
    order.command = {"/bin/sh", "-c", kScript, "sh"};
    order.command.insert(order.command.end(), paths_.begin(), paths_.end());
    order.policy_filter = allow_every_call();
    order.landlock = wall != nullptr;
    if (wall != nullptr) order.landlock_rights = wall->handled;
    for (const OwnedGrant& grant : wall != nullptr ? wall->grants : std::vector<OwnedGrant>()) {
      order.grants.push_back({grant.path, grant.rights, grant.optional});
    }
    for (const bwrap::Preparation& made : plan.before) {
      order.before.push_back({made.path, made.directory});
    }
    return said_by(order);
  }

 private:
  std::string said_by(const launch::Launch& order) const {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return "no pipe";
    const pid_t child = fork();
    if (child == 0) {
      dup2(ends[1], 1);
      dup2(ends[1], 2);
      const uid_t id = account_.change_to.value_or(geteuid());
      if (account_.change_to && (setresgid(id, id, id) != 0 || setresuid(id, id, id) != 0)) {
        _exit(1);
      }
      const auto status = launch::launch(order);
      if (!status) (void)!write(2, status.error().message.data(), status.error().message.size());
      _exit(status ? *status : 125);
    }
    close(ends[1]);
    std::string said;
    char bytes[4096];
    for (ssize_t count = 0; (count = read(ends[0], bytes, sizeof bytes)) > 0;) {
      said.append(bytes, static_cast<size_t>(count));
    }
    close(ends[0]);
    waitpid(child, nullptr, 0);
    return said;
  }

  Account account_;
  std::string root_;
  std::vector<std::string> paths_;
};

// `policy` moved below `root`, with what programs need to start.
Policy below(const std::string& root, const testing::RandomPolicy& random) {
  testing::RandomPolicy moved;
  for (testing::RuleText rule : random.rules) {
    if (rule.operation != Operation::read && rule.operation != Operation::write) continue;
    rule.os = {};
    for (auto* patterns : {&rule.patterns, &rule.except}) {
      for (std::string& pattern : *patterns) pattern = pattern == "/" ? root : root + pattern;
    }
    moved.rules.push_back(std::move(rule));
  }
  Policy policy = moved.policy();
  for (const char* rule : {"allow read /usr/** /bin/** /lib/** /lib64/** /etc/**",
                           "allow exec /usr/** /bin/** /lib/** /lib64/**",
                           "allow write /dev/null /dev/shm/**", "allow read /proc/**"}) {
    add_rule(policy, terse_rule(rule));
  }
  return policy;
}

std::string difference(const std::string& bare, const std::string& walled) {
  std::istringstream first(bare);
  std::istringstream second(walled);
  for (std::string a, b; std::getline(first, a) && std::getline(second, b);) {
    if (a != b) return a + " | with the wall: " + b;
  }
  return bare == walled ? "" : "of different length: " + bare.substr(0, 200) + "\n" + walled;
}

testing::RandomPolicy some_policy(std::mt19937& random) {
  const auto& pool = testing::pattern_pool(PatternKind::path);
  const auto pick = [&] { return pool[random() % pool.size()]; };
  testing::RandomPolicy policy;
  for (size_t left = 1 + random() % 6; left > 0; --left) {
    const Effect effect = random() % 3 == 0 ? Effect::deny : Effect::allow;
    const Operation operation = random() % 2 == 0 ? Operation::read : Operation::write;
    policy.rules.push_back({effect, operation, {pick()}, {}, {}});
    if (random() % 4 == 0) policy.rules.back().except.push_back(pick());
  }
  return policy;
}

// What differs with a wall around it; `spoil` changes the right one.
std::string difference_made(const Account& account, const testing::RandomPolicy& random,
                            const std::string& also = {}, void (*spoil)(OwnedWall&) = nullptr) {
  Place place(account);
  Policy policy = below(place.root(), random);
  if (!also.empty()) add_rule(policy, terse_rule(also));
  Sources sources;
  bwrap::BwrapPlan plan = plan_bwrap(policy, sources, {}).plan;
  plan.limits_execution = false;
  OwnedWall wall = wall_of(plan, abi());
  if (spoil != nullptr) spoil(wall);
  const std::string bare = place.answers(plan, nullptr);
  if (bare.find("yes ls /proc/self") == std::string::npos) return "no answers: " + bare;
  const std::string differs = difference(bare, place.answers(plan, &wall));
  return differs.empty() ? "" : differs + "\n" + print(policy);
}

class WallInMounts : public ::testing::TestWithParam<Account> {};
INSTANTIATE_TEST_SUITE_P(As, WallInMounts, ::testing::ValuesIn(accounts_here()),
                         ::testing::PrintToStringParamName());

const testing::RandomPolicy kAllWritable{{{Effect::allow, Operation::write, {"/**"}, {}, {}}}};

TEST_P(WallInMounts, RefusesNothingThatTheMountsAllow) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 5 && !HasFailure(); ++i) {
    EXPECT_EQ(difference_made(GetParam(), some_policy(random)), "");
  }
}

TEST_P(WallInMounts, RefusesNothingWhereProcAndAllElseCanBeWritten) {
  EXPECT_EQ(difference_made(GetParam(), kAllWritable, "allow write /proc/**"), "");
}

TEST_P(WallInMounts, WouldBeSeenToRefuse) {
  const auto no_moves = [](OwnedWall& wall) {
    for (OwnedGrant& grant : wall.grants) grant.rights &= ~kRefer;
  };
  EXPECT_NE(difference_made(GetParam(), kAllWritable, {}, no_moves), "");
  const auto no_devices = [](OwnedWall& wall) {
    std::erase_if(wall.grants, [](const OwnedGrant& grant) { return grant.path == "/dev"; });
  };
  EXPECT_NE(difference_made(GetParam(), kAllWritable, {}, no_devices), "");
}

}  // namespace
}  // namespace sbxc::landlock
