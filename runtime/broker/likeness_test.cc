// Where the policy allows everything, a command cannot tell that the broker is there: a long list
// of calls, in corners too, has the same outcomes as without it, and leaves the same files.
// One difference is known: fchmod() and its kin work on an O_PATH descriptor.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <limits.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

#include <algorithm>
#include <filesystem>

#include "runtime/broker/calls.h"
#include "runtime/broker/sandbox_for_test.h"

namespace sbxc::broker {
namespace {

std::string said;

void note(const char* what, long result) {
  const int error = errno;
  said += what;
  said += result >= 0 ? " = ok" : std::string(" = ") + strerrorname_np(error);
  said += '\n';
}

#define CHECKED(...) note(#__VA_ARGS__, static_cast<long>(__VA_ARGS__))

// Opens, tells what came of it, closes.
long opened(int directory, const char* path, int flags, mode_t mode = 0666) {
  const int file = openat(directory, path, flags, mode);
  if (file < 0) return -1;
  struct stat info {};
  fstat(file, &info);
  const int status = fcntl(file, F_GETFL);
  said += "flags " + std::to_string(status & ~O_LARGEFILE) + " close " +
          std::to_string(fcntl(file, F_GETFD)) + " kind " + std::to_string(info.st_mode) + ": ";
  close(file);
  return 0;
}

void open_in_corners() {
  CHECKED(opened(AT_FDCWD, "a", O_WRONLY | O_CREAT, 0640));
  CHECKED(opened(AT_FDCWD, "a", O_WRONLY | O_CREAT | O_EXCL));
  CHECKED(opened(AT_FDCWD, "a", O_RDWR | O_APPEND | O_CLOEXEC));
  CHECKED(opened(AT_FDCWD, "a", O_RDWR | O_NONBLOCK | O_SYNC));
  CHECKED(opened(AT_FDCWD, "a", O_RDONLY | O_TRUNC));
  CHECKED(opened(AT_FDCWD, "a", O_ACCMODE));
  CHECKED(opened(AT_FDCWD, "a/", O_WRONLY));
  CHECKED(opened(AT_FDCWD, "a/", O_WRONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, "b/", O_WRONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, "a/b", O_WRONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, "", O_WRONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, ".", O_WRONLY));
  CHECKED(opened(AT_FDCWD, ".", O_RDONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, "..", O_RDWR));
  CHECKED(opened(AT_FDCWD, "/", O_WRONLY));
  CHECKED(opened(AT_FDCWD, "d", O_WRONLY));
  CHECKED(opened(AT_FDCWD, "d/.", O_WRONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, "d/../a", O_WRONLY));
  CHECKED(opened(AT_FDCWD, "d//x", O_WRONLY | O_CREAT, 01777));
  CHECKED(opened(AT_FDCWD, "d", O_RDWR | O_TMPFILE));
  CHECKED(opened(AT_FDCWD, "d", O_RDONLY | O_TMPFILE));
  CHECKED(opened(AT_FDCWD, "a", O_RDWR | O_TMPFILE));
  CHECKED(opened(AT_FDCWD, "gone", O_RDWR | O_TMPFILE));
  CHECKED(opened(AT_FDCWD, "d", O_WRONLY | O_DIRECTORY));
  CHECKED(opened(AT_FDCWD, "a", O_WRONLY | O_DIRECTORY));
  CHECKED(opened(AT_FDCWD, "gone", O_WRONLY | O_CREAT | O_DIRECTORY));
  CHECKED(opened(-1, "a", O_WRONLY));
  CHECKED(opened(999, "a", O_WRONLY));
  CHECKED(syscall(SYS_openat, AT_FDCWD, 0, O_WRONLY));
  CHECKED(open(reinterpret_cast<const char*>(8), O_WRONLY));
  CHECKED(opened(AT_FDCWD, std::string(5000, 'x').c_str(), O_WRONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, std::string(256, 'x').c_str(), O_WRONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, std::string(255, 'x').c_str(), O_WRONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, "new\nline \xff\xfe", O_WRONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, "closed/x", O_WRONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, "read-only", O_WRONLY));
  CHECKED(opened(AT_FDCWD, "/dev/null", O_RDWR));
  CHECKED(opened(AT_FDCWD, "/dev/tty", O_RDWR));
  CHECKED(opened(AT_FDCWD, "/proc/self/comm", O_RDWR));
  CHECKED(opened(AT_FDCWD, "/proc/self/nothing", O_RDWR));
  CHECKED(creat("created", 0600));
}

void links_in_corners() {
  CHECKED(symlink("a", "to-a"));
  CHECKED(symlink("d", "to-d"));
  CHECKED(symlink("loop", "loop"));
  CHECKED(symlink("dangling-end", "dangling"));
  CHECKED(symlink("../nowhere/x", "far"));
  CHECKED(symlink("", "empty"));
  CHECKED(symlink("x", "a"));
  CHECKED(symlink("x", "new/"));
  CHECKED(symlink("x", "."));
  CHECKED(opened(AT_FDCWD, "to-a", O_WRONLY));
  CHECKED(opened(AT_FDCWD, "to-a", O_WRONLY | O_NOFOLLOW));
  CHECKED(opened(AT_FDCWD, "to-a", O_WRONLY | O_NOFOLLOW | O_DIRECTORY));
  CHECKED(opened(AT_FDCWD, "to-a", O_WRONLY | O_CREAT | O_EXCL));
  CHECKED(opened(AT_FDCWD, "to-a/", O_WRONLY));
  CHECKED(opened(AT_FDCWD, "to-d/y", O_WRONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, "to-d/../a", O_WRONLY));
  CHECKED(opened(AT_FDCWD, "to-d", O_RDWR | O_TMPFILE));
  CHECKED(opened(AT_FDCWD, "loop", O_WRONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, "loop/x", O_WRONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, "dangling", O_WRONLY));
  CHECKED(opened(AT_FDCWD, "dangling", O_WRONLY | O_CREAT | O_EXCL));
  CHECKED(opened(AT_FDCWD, "dangling", O_WRONLY | O_CREAT));
  CHECKED(opened(AT_FDCWD, "far", O_WRONLY | O_CREAT));
  CHECKED(mkdir("to-d", 0777));
  CHECKED(mkdir("far", 0777));
  CHECKED(rmdir("to-d"));
  CHECKED(rmdir("to-d/"));
  CHECKED(unlink("to-d/"));
  CHECKED(link("to-a", "link-to-link"));
  CHECKED(linkat(AT_FDCWD, "to-a", AT_FDCWD, "link-to-a", AT_SYMLINK_FOLLOW));
  CHECKED(linkat(AT_FDCWD, "dangling-2", AT_FDCWD, "l2", AT_SYMLINK_FOLLOW));
  CHECKED(link("d", "d2"));
  CHECKED(link("a", "a"));
  CHECKED(link("gone", "a3"));
  CHECKED(link("a", "nowhere/a"));
  CHECKED(link("a", "a4/"));
  CHECKED(linkat(AT_FDCWD, "a", AT_FDCWD, "a5", 0x8000));
}

void names_in_corners() {
  CHECKED(mkdir("m", 0777));
  CHECKED(mkdir("m", 0777));
  CHECKED(mkdir("m/n/", 01770));
  CHECKED(mkdir("a/x", 0777));
  CHECKED(mkdir("gone/x", 0777));
  CHECKED(mkdir(".", 0777));
  CHECKED(mkdir("m/..", 0777));
  CHECKED(mkdir("/", 0777));
  CHECKED(mkdirat(AT_FDCWD, "closed/x", 0777));
  CHECKED(mknod("node", S_IFREG | 0777, 0));
  CHECKED(mknod("fifo", S_IFIFO | 0666, 0));
  CHECKED(mknod("sock", S_IFSOCK | 0666, 0));
  CHECKED(mknod("device", S_IFCHR | 0666, makedev(1, 3)));
  CHECKED(mknod("whiteout", S_IFCHR | 0666, makedev(0, 0)));
  CHECKED(mknod("slash/", S_IFREG | 0666, 0));
  CHECKED(mknod("odd", S_IFDIR | 0666, 0));
  CHECKED(opened(AT_FDCWD, "fifo", O_RDWR));
  CHECKED(opened(AT_FDCWD, "fifo", O_WRONLY | O_NONBLOCK));
  CHECKED(opened(AT_FDCWD, "sock", O_RDWR));
  CHECKED(rmdir("m"));
  CHECKED(rmdir("m/n/"));
  CHECKED(rmdir("m/."));
  CHECKED(rmdir("m/.."));
  CHECKED(rmdir("a"));
  CHECKED(rmdir("/"));
  CHECKED(unlink("m"));
  CHECKED(unlink("node/"));
  CHECKED(unlink("node"));
  CHECKED(unlink("node"));
  CHECKED(unlink("."));
  CHECKED(unlink("a/b"));
  CHECKED(unlinkat(AT_FDCWD, "a", 0x8000));
  CHECKED(unlinkat(AT_FDCWD, "m", AT_REMOVEDIR));
}

void moves_in_corners() {
  CHECKED(mkdir("p", 0777));
  CHECKED(mkdir("p/q", 0777));
  CHECKED(rename("p", "p/q/r"));
  CHECKED(rename("p/q", "p"));
  CHECKED(rename("p", "p2"));
  CHECKED(rename("p2/", "p3/"));
  CHECKED(rename("a", "p3"));
  CHECKED(rename("p3", "a"));
  CHECKED(rename("a/", "b"));
  CHECKED(rename("gone", "b"));
  CHECKED(rename("a", "gone/b"));
  CHECKED(rename("a", "."));
  CHECKED(rename("..", "b"));
  CHECKED(rename("to-a", "to-a-2"));
  CHECKED(rename("to-d/", "to-d-2"));
  CHECKED(renameat2(AT_FDCWD, "a", AT_FDCWD, "created", RENAME_NOREPLACE));
  CHECKED(renameat2(AT_FDCWD, "a", AT_FDCWD, "p3", RENAME_EXCHANGE));
  CHECKED(renameat2(AT_FDCWD, "a", AT_FDCWD, "gone", RENAME_EXCHANGE));
  CHECKED(renameat2(AT_FDCWD, "a", AT_FDCWD, "b", 64));
  CHECKED(renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_EXCHANGE | RENAME_NOREPLACE));
  CHECKED(renameat(AT_FDCWD, "p3", AT_FDCWD, "created"));
}

void attributes_in_corners() {
  const int file = open("created", O_RDONLY);
  const int place = open("created", O_PATH);
  const timespec times[2] = {{1, 5}, {0, UTIME_OMIT}};
  const timespec wrong[2] = {{1, 2'000'000'000}, {0, 0}};
  const timeval old_times[2] = {{7, 8}, {9, 10}};
  const utimbuf older{3, 4};
  CHECKED(chmod("created", 0604));
  CHECKED(chmod("to-a-2", 0604));
  CHECKED(chmod("gone", 0604));
  CHECKED(chmod("created/", 0604));
  CHECKED(fchmod(file, 0640));
  CHECKED(fchmod(999, 0640));
  CHECKED(fchmodat(AT_FDCWD, "created", 0600, 0));
  CHECKED(::syscall(SYS_fchmodat2, AT_FDCWD, "created", 0604, AT_SYMLINK_NOFOLLOW));
  CHECKED(::syscall(SYS_fchmodat2, place, "", 0606, AT_EMPTY_PATH));
  CHECKED(::syscall(SYS_fchmodat2, AT_FDCWD, "to-d-2", 0606, AT_SYMLINK_NOFOLLOW));
  CHECKED(::syscall(SYS_fchmodat2, AT_FDCWD, "created", 0606, 0x8000));
  CHECKED(chown("created", static_cast<uid_t>(-1), getgid()));
  CHECKED(lchown("dangling", getuid(), getgid()));
  CHECKED(chown("created", 12345, 54321));
  CHECKED(fchown(file, static_cast<uid_t>(-1), static_cast<gid_t>(-1)));
  CHECKED(fchownat(place, "", getuid(), getgid(), AT_EMPTY_PATH));
  CHECKED(utimensat(AT_FDCWD, "created", times, 0));
  CHECKED(utimensat(AT_FDCWD, "created", wrong, 0));
  CHECKED(utimensat(AT_FDCWD, "far", times, AT_SYMLINK_NOFOLLOW));
  CHECKED(utimensat(AT_FDCWD, "far", times, 0));
  CHECKED(futimens(file, times));
  CHECKED(futimens(file, nullptr));
  CHECKED(utimes("created", old_times));
  CHECKED(utime("created", &older));
  CHECKED(futimesat(AT_FDCWD, "created", old_times));
  CHECKED(truncate("created", 12));
  CHECKED(truncate("created", -1));
  CHECKED(truncate("d", 1));
  CHECKED(truncate("gone", 1));
  CHECKED(setxattr("created", "user.x", "value", 5, 0));
  CHECKED(setxattr("created", "user.x", "value", 5, XATTR_CREATE));
  CHECKED(setxattr("created", "trusted.x", "value", 5, 0));
  CHECKED(setxattr("created", "", "value", 5, 0));
  static const char big[1 << 17] = {};
  CHECKED(setxattr("created", "user.x", big, sizeof big, 0));
  CHECKED(lsetxattr("far", "user.x", "value", 5, 0));
  CHECKED(fsetxattr(file, "user.y", "value", 5, 0));
  CHECKED(removexattr("created", "user.x"));
  CHECKED(lremovexattr("created", "user.gone"));
  CHECKED(fremovexattr(file, "user.y"));
  close(file);
  close(place);
}

// Names, kinds, modes, links and sizes.
std::string tree() {
  std::vector<std::string> lines;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           ".", std::filesystem::directory_options::skip_permission_denied)) {
    struct stat info {};
    lstat(entry.path().c_str(), &info);
    const bool has_size = S_ISREG(info.st_mode) || S_ISLNK(info.st_mode);
    lines.push_back(entry.path().string() + " " + std::to_string(info.st_mode) + " " +
                    std::to_string(info.st_nlink) + " " + std::to_string(info.st_uid) + " " +
                    std::to_string(has_size ? info.st_size : 0) + "\n");
  }
  std::sort(lines.begin(), lines.end());
  std::string out;
  for (const std::string& line : lines) out += line;
  return out;
}

std::string everything() {
  open_in_corners();
  links_in_corners();
  names_in_corners();
  moves_in_corners();
  attributes_in_corners();
  return said + tree();
}

class Likeness : public ::testing::TestWithParam<As> {
 protected:
  static std::string run(bool filtered, const NotifyOptions& options) {
    Sandbox box({"allow write /**"}, GetParam());
    box.filtered = filtered;
    box.options = options;
    box.make_directory("d");
    box.make_directory("closed");
    box.make_file("read-only");
    EXPECT_EQ(chmod(box.in("closed").c_str(), 0555), 0);
    EXPECT_EQ(chmod(box.in("read-only").c_str(), 0444), 0);
    const Ran ran = box.run(everything);
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.broker_status, 0);
    EXPECT_TRUE(ran.reports.empty());
    return ran.said;
  }
};
INSTANTIATE_TEST_SUITE_P(Users, Likeness, ::testing::Values(As::root, As::user),
                         [](const auto& param) {
                           return param.param == As::root ? "AsRoot" : "AsUser";
                         });

TEST_P(Likeness, CallsHaveTheSameOutcomesAsWithoutTheBroker) {
  const std::string bare = run(false, {});
  EXPECT_GT(bare.size(), 4000U);
  EXPECT_EQ(run(true, {}), bare);
}

TEST_P(Likeness, SoTheyHaveWhenReadingIsBrokeredToo) {
  EXPECT_EQ(run(true, {.reads = true}), run(false, {}));
}

}  // namespace
}  // namespace sbxc::broker
