// A stage is removed as root, too, after attempts that mount and link: what is beside it stays.
#include "conformance/suite/tree_removal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sched.h>
#include <sys/mount.h>
#endif

#include <functional>

#include "compiler/testing/run_program.h"

namespace sbxc::conform {
namespace {

class Trees : public ::testing::Test {
 protected:
  Trees() {
    for (const char* name : {"", "/tree", "/tree/a", "/kept"}) {
      mkdir((around() + name).c_str(), 0755);
    }
    testing::write_whole(around() + "/tree/a/b", "b");
    testing::write_whole(around() + "/kept/file", "kept");
  }
  ~Trees() override { chmod(around().c_str(), 0700); }

  std::string around() const { return scratch_.path() + "/around"; }
  std::string tree() const { return around() + "/tree"; }
  bool is_there(const std::string& below) const {
    return access((around() + below).c_str(), F_OK) == 0;
  }
  bool keeps_what_is_beside() const {
    return testing::read_whole(around() + "/kept/file") == "kept";
  }

 private:
  testing::ScratchDirectory scratch_;
};

TEST_F(Trees, AreRemovedThoughTheirDirectoriesAreClosed) {
  ASSERT_EQ(symlink("../kept", (tree() + "/a/link").c_str()), 0);
  ASSERT_EQ(mkfifo((tree() + "/a/pipe").c_str(), 0600), 0);
  ASSERT_EQ(chmod((tree() + "/a").c_str(), 0), 0);
  ASSERT_EQ(chmod(tree().c_str(), 0500), 0);
  remove_tree(tree());
  EXPECT_FALSE(is_there("/tree"));
  EXPECT_TRUE(keeps_what_is_beside());
}

// /var/tmp, of a run.
TEST_F(Trees, LeaveWhatTheyStandInAsItIs) {
  ASSERT_EQ(chmod(around().c_str(), 0555), 0);
  remove_tree(tree());
  EXPECT_FALSE(is_there("/tree/a"));
  struct stat facts {};
  ASSERT_EQ(stat(around().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0555U);
}

TEST_F(Trees, AreRemovedThroughALinkInTheirName) {
  ASSERT_EQ(symlink(around().c_str(), (around() + "/self").c_str()), 0);
  remove_tree(around() + "/self/tree");
  EXPECT_FALSE(is_there("/tree"));
  ASSERT_EQ(symlink((around() + "/kept").c_str(), tree().c_str()), 0);
  remove_tree(tree());
  EXPECT_TRUE(keeps_what_is_beside());
}

#ifdef __linux__
// In a mount namespace of its own, which an ordinary user gets with a user namespace.
bool enter_own_mounts() {
  if (unshare(CLONE_NEWNS) == 0) return true;
  const std::string user = "0 " + std::to_string(geteuid()) + " 1";
  const std::string group = "0 " + std::to_string(getegid()) + " 1";
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  testing::write_whole("/proc/self/setgroups", "deny");
  testing::write_whole("/proc/self/gid_map", group);
  testing::write_whole("/proc/self/uid_map", user);
  return true;
}

bool holds_apart(const std::function<bool()>& act) {
  const pid_t child = fork();
  if (child == 0) {
    if (!enter_own_mounts()) _exit(2);
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) _exit(3);
    _exit(act() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  return WEXITSTATUS(status) == 0;
}

TEST_F(Trees, LoseAMountWithoutWhatIsMounted) {
  const std::string kept = around() + "/kept";
  ASSERT_EQ(mkdir((tree() + "/a/mount").c_str(), 0755), 0);
  EXPECT_TRUE(holds_apart([&] {
    if (mount(kept.c_str(), (tree() + "/a/mount").c_str(), nullptr, MS_BIND, nullptr) != 0 ||
        mount((kept + "/file").c_str(), (tree() + "/a/b").c_str(), nullptr, MS_BIND, nullptr) !=
            0) {
      return false;
    }
    remove_tree(tree());
    return keeps_what_is_beside() && !is_there("/tree");
  }));
  EXPECT_TRUE(keeps_what_is_beside());
}

// Somebody is in it who holds it busy: the kernel does not unmount for those without the right.
TEST_F(Trees, StayWhereAMountMayNotBeTakenAway) {
  const std::string kept = around() + "/kept";
  ASSERT_EQ(mkdir((tree() + "/mount").c_str(), 0755), 0);
  EXPECT_TRUE(holds_apart([&] {
    if (mount(kept.c_str(), (tree() + "/mount").c_str(), nullptr, MS_BIND, nullptr) != 0) {
      return false;
    }
    // Mounts that were made by others are locked in a namespace below theirs (user_namespaces(7)).
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    remove_tree(tree());
    struct stat facts {};
    return keeps_what_is_beside() && !is_there("/tree/a/b") && is_there("/tree/mount") &&
           stat(around().c_str(), &facts) == 0 && (facts.st_mode & 07777) == 0755;
  }));
  EXPECT_TRUE(keeps_what_is_beside());
}
#endif

}  // namespace
}  // namespace sbxc::conform
