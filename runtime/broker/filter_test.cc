// The filter by itself: what it answers for every number, and that the common calls look at no
// argument. Run through a small interpreter of the few instructions that it is made of.
#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/btrfs.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/fscrypt.h>
#include <linux/fsverity.h>
#include <linux/msdos_fs.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>
#include <set>

#include "runtime/broker/calls.h"
#include "runtime/broker/notify_filter.h"

namespace sbxc::broker {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kHere = AUDIT_ARCH_X86_64;
#else
constexpr uint32_t kHere = AUDIT_ARCH_AARCH64;
#endif

struct Answer {
  uint32_t action = 0;
  size_t steps = 0;
  bool looked_at_arguments = false;
};

Answer ask(const std::vector<sock_filter>& filter, const seccomp_data& data) {
  Answer answer;
  uint32_t value = 0;
  for (size_t at = 0; at < filter.size(); ++at) {
    const sock_filter& next = filter[at];
    ++answer.steps;
    bool taken = false;
    switch (next.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        memcpy(&value, reinterpret_cast<const char*>(&data) + next.k, sizeof value);
        answer.looked_at_arguments |= next.k >= offsetof(seccomp_data, args);
        continue;
      case BPF_ALU | BPF_AND | BPF_K:
        value &= next.k;
        continue;
      case BPF_JMP | BPF_JA:
        at += next.k;
        continue;
      case BPF_RET | BPF_K:
        answer.action = next.k;
        return answer;
      case BPF_JMP | BPF_JEQ | BPF_K:
        taken = value == next.k;
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        taken = value >= next.k;
        break;
      case BPF_JMP | BPF_JSET | BPF_K:
        taken = (value & next.k) != 0;
        break;
      default:
        ADD_FAILURE() << "instruction " << next.code;
        return answer;
    }
    at += taken ? next.jt : next.jf;
  }
  ADD_FAILURE() << "ran off the end";
  return answer;
}

seccomp_data call(int number, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0) {
  seccomp_data data{};
  data.nr = number;
  data.arch = kHere;
  data.args[0] = a;
  data.args[1] = b;
  data.args[2] = c;
  return data;
}

constexpr uint32_t kNotify = SECCOMP_RET_USER_NOTIF;
constexpr uint32_t kAllow = SECCOMP_RET_ALLOW;

TEST(NotifyFilter, KillsAForeignArchitecture) {
  seccomp_data data = call(SYS_read);
  for (const uint32_t other : std::initializer_list<uint32_t>{AUDIT_ARCH_I386, AUDIT_ARCH_ARM, 0}) {
    data.arch = other;
    EXPECT_EQ(ask(notify_filter({}), data).action, SECCOMP_RET_KILL_PROCESS);
  }
}

TEST(NotifyFilter, KnowsNoNewerCallsAndNoneOfX32) {
  for (const int number : {static_cast<int>(kLastKnownCall) + 1, 1000, 0x40000000 | 2, -1}) {
    EXPECT_EQ(ask(notify_filter({}), call(number)).action, SECCOMP_RET_ERRNO | ENOSYS) << number;
  }
}

TEST(NotifyFilter, LooksAtNoArgumentOfOtherCallsAndIsShort) {
  for (const NotifyOptions options : {NotifyOptions{}, NotifyOptions{true, true}}) {
    const auto filter = notify_filter(options);
    EXPECT_LT(filter.size(), 400U);
    for (int number = 0; number <= static_cast<int>(kLastKnownCall); ++number) {
      if (call_of(number) != nullptr) continue;
      const Answer answer = ask(filter, call(number));
      EXPECT_EQ(answer.action, kAllow) << number;
      EXPECT_FALSE(answer.looked_at_arguments) << number;
      EXPECT_LT(answer.steps, 16U) << number;
    }
  }
}

TEST(NotifyFilter, TreatsEveryCallOfItsTableAsTheTableSays) {
  for (const bool sockets : {false, true}) {
    const auto filter = notify_filter({.reads = true, .sockets = sockets});
    for (const CallRow& row : kCalls) {
      if (row.number < 0) continue;
      const uint32_t action = ask(filter, call(row.number)).action;
      switch (row.treatment) {
        case Treatment::open_flags_1:
        case Treatment::open_flags_2:
        case Treatment::notify:
          EXPECT_EQ(action, kNotify) << row.name;
          break;
        case Treatment::connect:
          EXPECT_EQ(action, sockets ? kNotify : kAllow) << row.name;
          break;
        case Treatment::socket:
        case Treatment::file_request:
          EXPECT_EQ(action, kAllow) << row.name;
          break;
        case Treatment::missing:
          EXPECT_EQ(action, SECCOMP_RET_ERRNO | ENOSYS) << row.name;
          break;
        case Treatment::refused:
          EXPECT_EQ(action, SECCOMP_RET_ERRNO | EPERM) << row.name;
          break;
      }
    }
  }
}

TEST(NotifyFilter, TellsOpensByTheirFlags) {
  const auto plain = notify_filter({});
  const auto reads = notify_filter({.reads = true});
  const auto flags = [](int bits, uint64_t more = 0) {
    return call(SYS_openat, 0, 0, static_cast<uint32_t>(bits) | more);
  };
  constexpr uint64_t kHigh = 0xffffffff00000000U;
  for (const int writing : {O_WRONLY, O_RDWR, O_ACCMODE, O_CREAT, O_TRUNC, O_RDWR | O_TMPFILE,
                            O_RDONLY | O_CREAT | O_CLOEXEC}) {
    EXPECT_EQ(ask(plain, flags(writing)).action, kNotify) << writing;
    // The kernel looks at an int.
    EXPECT_EQ(ask(plain, flags(writing, kHigh)).action, kNotify) << writing;
  }
  for (const int reading : {O_RDONLY, O_DIRECTORY, O_CLOEXEC | O_NOFOLLOW, O_NONBLOCK}) {
    EXPECT_EQ(ask(plain, flags(reading)).action, kAllow) << reading;
    EXPECT_EQ(ask(plain, flags(reading, kHigh)).action, kAllow) << reading;
    EXPECT_EQ(ask(reads, flags(reading)).action, kNotify) << reading;
  }
  for (const int place : {O_PATH, O_PATH | O_NOFOLLOW | O_CLOEXEC, O_PATH | O_RDWR}) {
    EXPECT_EQ(ask(reads, flags(place)).action, kAllow) << place;
  }
}

TEST(NotifyFilter, RefusesRequestsThatMakeNamesOrChangeAttributes) {
  const auto filter = notify_filter({});
  constexpr uint32_t kNoSuchRequest = SECCOMP_RET_ERRNO | ENOTTY;
  constexpr uint64_t kHigh = 0xffffffff00000000U;  // the kernel looks at an unsigned int
  for (const uint64_t changing :
       {uint64_t{BTRFS_IOC_SNAP_CREATE_V2}, uint64_t{BTRFS_IOC_SUBVOL_CREATE},
        uint64_t{BTRFS_IOC_SNAP_DESTROY_V2}, uint64_t{FS_IOC_SETFLAGS}, uint64_t{FS_IOC32_SETFLAGS},
        uint64_t{FS_IOC_FSSETXATTR}, uint64_t{FS_IOC_SETVERSION}, uint64_t{FS_IOC_ENABLE_VERITY},
        uint64_t{FS_IOC_SET_ENCRYPTION_POLICY}, uint64_t{FAT_IOCTL_SET_ATTRIBUTES},
        uint64_t{0x4020bc10}, uint64_t{0x40186f04}}) {
    EXPECT_EQ(ask(filter, call(SYS_ioctl, 3, changing)).action, kNoSuchRequest) << changing;
    EXPECT_EQ(ask(filter, call(SYS_ioctl, 3, changing | kHigh)).action, kNoSuchRequest);
  }
  for (const uint64_t harmless :
       {uint64_t{FS_IOC_GETFLAGS}, uint64_t{FS_IOC_FSGETXATTR}, uint64_t{FS_IOC_FIEMAP},
        uint64_t{FICLONE}, uint64_t{FICLONERANGE}, uint64_t{FIDEDUPERANGE}, uint64_t{TCGETS},
        uint64_t{FIONREAD}, uint64_t{FIOCLEX}, uint64_t{0}}) {
    EXPECT_EQ(ask(filter, call(SYS_ioctl, 3, harmless)).action, kAllow) << harmless;
  }
}

TEST(NotifyFilter, LetsNoUnixDatagramSocketBeMade) {
  const auto filter = notify_filter({.sockets = true});
  for (const int number : {int{SYS_socket}, int{SYS_socketpair}}) {
    for (const uint64_t type : {SOCK_DGRAM, SOCK_RAW}) {
      for (const uint64_t more : {0UL, 0UL | SOCK_CLOEXEC, 0UL | SOCK_NONBLOCK, 1UL << 32U}) {
        EXPECT_EQ(ask(filter, call(number, AF_UNIX, type | more)).action,
                  SECCOMP_RET_ERRNO | EACCES);
        EXPECT_EQ(ask(filter, call(number, AF_INET, type | more)).action, kAllow);
      }
    }
    EXPECT_EQ(ask(filter, call(number, AF_UNIX | 1UL << 32U, SOCK_DGRAM)).action,
              SECCOMP_RET_ERRNO | EACCES);
    EXPECT_EQ(ask(filter, call(number, AF_UNIX, SOCK_STREAM)).action, kAllow);
    EXPECT_EQ(ask(filter, call(number, AF_UNIX, SOCK_SEQPACKET)).action, kAllow);
    EXPECT_EQ(ask(notify_filter({}), call(number, AF_UNIX, SOCK_DGRAM)).action, kAllow);
  }
}

TEST(NotifyFilter, NumbersAreUnique) {
  std::set<int> seen;
  for (const CallRow& row : kCalls) {
    EXPECT_TRUE(row.number < 0 || seen.insert(row.number).second) << row.name;
  }
}

}  // namespace
}  // namespace sbxc::broker
