// The probes against this kernel, and against one from which something was taken away by a real
// filter. Where a mechanism is missing on the machine of the tests the first test says so.
#include "runtime/doctor/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <functional>

#include "runtime/doctor/linux/probes.h"

namespace sbxc::doctor {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::vector<std::function<Mechanism()>> kOrdinary = {
    kernel_release, bubblewrap,      namespaces,      filter,          user_notification,
    memory_reading, process_handles, memory_programs, session_keyring, network};

TEST(Doctor, FindsTheMachineOfTheTestsFit) {
  for (const auto& probe : kOrdinary) {
    const Mechanism found = probe();
    EXPECT_NE(found.state, State::missing) << found.id << ": " << found.seen;
  }
}

TEST(Doctor, SaysOfEachMechanismWhatItSawAndWhatItIsForAndHowToHaveIt) {
  const Examination all = examine();
  EXPECT_EQ(all.system, "linux");
  for (const Mechanism& mechanism : all.mechanisms) {
    EXPECT_THAT(mechanism.id, Not(IsEmpty()));
    EXPECT_THAT(mechanism.seen, Not(IsEmpty())) << mechanism.id;
    EXPECT_THAT(mechanism.purpose, Not(IsEmpty())) << mechanism.id;
    EXPECT_EQ(mechanism.help.empty(), mechanism.state == State::ok) << mechanism.id;
    EXPECT_EQ(find(all, mechanism.id), &mechanism);
  }
  EXPECT_EQ(find(all, "telepathy"), nullptr);
}

constexpr long kLandlock = 444;
// Stands for clone with CLONE_NEWUSER, and for nothing else that clone does.
constexpr long kNewUsers = -1;

// What `probe` finds where `calls` fail with `error`: `id state seen help…`.
std::string without(std::initializer_list<long> calls, unsigned error,
                    const std::function<Mechanism()>& probe) {
  const Outcome outcome = in_child(
      [&](int said) {
        std::vector<sock_filter> code = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
        for (const long call : calls) {
          if (call == kNewUsers) {
            for (const sock_filter& step :
                 {sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4),
                  sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
                  sock_filter BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_NEWUSER, 0, 1),
                  sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
                  sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))}) {
              code.push_back(step);
            }
            continue;
          }
          code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1));
          code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error));
        }
        code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
        sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) return 1;
        const Mechanism found = probe();
        std::string text = found.id + " " + std::string(name_of(found.state)) + " " + found.seen;
        for (const std::string& line : found.help) text += "\n" + line;
        return write(said, text.data(), text.size()) > 0 ? 0 : 1;
      },
      15);
  return outcome.said;
}

TEST(Doctor, NoticesThatNamespacesAreRefused) {
  const std::string found = without({SYS_clone, SYS_unshare, SYS_clone3}, EPERM, namespaces);
  EXPECT_THAT(found, HasSubstr("namespaces missing"));
}

TEST(Doctor, NoticesThatUserNamespacesAreRefusedToBubblewrap) {
  // With fork() left: what most containers refuse is unshare and mount.
  EXPECT_THAT(without({kNewUsers, SYS_unshare, SYS_mount}, EPERM, namespaces),
              ::testing::AllOf(HasSubstr("namespaces missing"), HasSubstr("\n")));
  EXPECT_THAT(without({kNewUsers}, EPERM, network), HasSubstr("network missing bwrap: "));
}

TEST(Doctor, NoticesThatASandboxsNetworkCannotBeEntered) {
  EXPECT_THAT(without({SYS_setns}, EPERM, network),
              HasSubstr("a sandbox's network cannot be entered: Operation not permitted"));
}

TEST(Doctor, NoticesThatLandlockIsMissing) {
  EXPECT_THAT(
      without({kLandlock}, ENOSYS, landlock_wall),
      ::testing::AllOf(HasSubstr("landlock missing not in this kernel"), HasSubstr("lsm=")));
}

TEST(Doctor, NoticesThatNoFilterCanBeLoaded) {
  EXPECT_THAT(without({SYS_seccomp}, EPERM, filter),
              HasSubstr("filter missing no filter can be loaded: Operation not permitted"));
  EXPECT_THAT(without({SYS_seccomp}, EPERM, user_notification),
              HasSubstr("user-notification missing no listener: Operation not permitted"));
}

TEST(Doctor, NoticesThatProcessesCannotBeHeldOrRead) {
  EXPECT_THAT(without({SYS_pidfd_open}, ENOSYS, process_handles),
              HasSubstr("process-handles missing no descriptor of a process"));
  EXPECT_THAT(without({SYS_process_vm_readv}, EPERM, memory_reading),
              HasSubstr("memory-reading missing a child's memory cannot be read"));
  EXPECT_THAT(without({SYS_memfd_create}, EACCES, memory_programs),
              HasSubstr("memory-programs missing no program can be kept in memory"));
}

TEST(Doctor, AKernelWithoutKeysHasNoneToProtect) {
  EXPECT_THAT(without({SYS_keyctl}, ENOSYS, session_keyring), HasSubstr("session-keyring ok"));
  EXPECT_THAT(without({SYS_keyctl}, EDQUOT, session_keyring), HasSubstr("session-keyring missing"));
}

TEST(Doctor, AProbeThatHangsIsEnded) {
  const Outcome outcome = in_child(
      [](int) {
        for (;;) pause();
        return 0;
      },
      1);
  EXPECT_EQ(outcome.status, -1);
}

}  // namespace
}  // namespace sbxc::doctor
