#include "compiler/syscalls/syscalls.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace sbxc {
namespace {

using Numbers = std::map<std::string, int32_t>;

// The numbers a kernel header defines; those that depend on the word size are marked NR3264.
Numbers header_numbers(const std::string& path) {
  Numbers numbers;
  std::ifstream in(path);
  for (std::string text; std::getline(in, text);) {
    std::istringstream words(text);
    std::string define;
    std::string name;
    int32_t number = 0;
    if (!(words >> define >> name >> number) || define != "#define") continue;
    for (const std::string_view prefix : {"__NR3264_", "__NR_"}) {
      if (name.starts_with(prefix)) numbers[name.substr(prefix.size())] = number;
    }
  }
  return numbers;
}

Numbers table_numbers(Arch arch) {
  Numbers numbers;
  for (const Syscall& call : all_syscalls()) {
    if (!call.base && call.number(arch) >= 0) numbers[std::string(call.name)] = call.number(arch);
  }
  return numbers;
}

constexpr int32_t kFirstLaterThanHeaders = 451;

void expect_same(const Numbers& table, const Numbers& header, const std::set<std::string>& later) {
  for (const auto& [name, number] : header) {
    ASSERT_TRUE(table.contains(name)) << name << " is missing";
    EXPECT_EQ(table.at(name), number) << name;
  }
  for (const auto& [name, number] : table) {
    if (number >= kFirstLaterThanHeaders || later.contains(name)) continue;
    EXPECT_TRUE(header.contains(name)) << name << " is not in the header";
  }
}

TEST(SyscallTable, HasTheNumbersOfTheInstalledX86Header) {
  const auto header = header_numbers("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
  if (header.empty()) GTEST_SKIP() << "no x86-64 kernel headers here";
  expect_same(table_numbers(Arch::x86_64), header, {"uretprobe", "uprobe"});
}

TEST(SyscallTable, HasTheNumbersOfTheGenericHeaderForAarch64) {
  auto header = header_numbers("/usr/include/asm-generic/unistd.h");
  if (header.empty()) GTEST_SKIP() << "no generic kernel headers here";
  // Names of 32-bit systems, of other architectures, and what is no call at all.
  std::erase_if(header, [](const auto& entry) {
    static const std::set<std::string> not_ours = {"clock_gettime64",
                                                   "clock_settime64",
                                                   "clock_adjtime64",
                                                   "timer_gettime64",
                                                   "timer_settime64",
                                                   "timerfd_gettime64",
                                                   "timerfd_settime64",
                                                   "sync_file_range2",
                                                   "syscalls",
                                                   "arch_specific_syscall",
                                                   "stat",
                                                   "lstat"};
    return not_ours.contains(entry.first) || entry.first.ends_with("_time64");
  });
  header["newfstatat"] = header.at("fstatat");  // __NR3264_fstatat has its own name on 64 bits
  header.erase("fstatat");
  expect_same(table_numbers(Arch::aarch64), header, {});
}

TEST(SyscallTable, GivesEveryNumberToOneCall) {
  for (const Arch arch : kArchs) {
    std::set<int32_t> seen;
    for (const auto& [name, number] : table_numbers(arch)) {
      EXPECT_TRUE(seen.insert(number).second) << name;
      EXPECT_EQ(syscall(*syscall_numbered(arch, static_cast<uint32_t>(number))).name, name);
      EXPECT_LT(static_cast<uint32_t>(number), table_end(arch));
    }
    EXPECT_FALSE(syscall_numbered(arch, table_end(arch)));
  }
}

TEST(SyscallTable, FindsEveryNameAgain) {
  const auto calls = all_syscalls();
  for (size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(syscall_named(calls[i].name), SyscallId{static_cast<uint16_t>(i)});
  }
  EXPECT_FALSE(syscall_named("io_urng_setup"));
  EXPECT_FALSE(syscall_named(""));
}

TEST(SyscallList, HasEverySetAndCall) {
  const std::string list = list_syscalls();
  for (const SyscallSet& set : all_syscall_sets()) {
    EXPECT_NE(list.find("\n  " + std::string(set.name) + ": "), std::string::npos) << set.name;
  }
  for (const Syscall& call : all_syscalls()) {
    EXPECT_NE(list.find("\n  " + std::string(call.name) + " "), std::string::npos) << call.name;
  }
  EXPECT_NE(list.find("  open                            2        -\n"), std::string::npos);
}

TEST(OtherNames, StandForCallsThatExist) {
  const std::vector<OtherName> names = {
#define SBXC_OTHER_NAME(name, where, instead) {#name, where, instead},
#include "compiler/syscalls/other_names.def"
#undef SBXC_OTHER_NAME
  };
  for (const OtherName& other : names) {
    EXPECT_FALSE(syscall_named(other.name)) << other.name;
    EXPECT_EQ(other_syscall_name(other.name)->instead, other.instead);
    std::istringstream instead{std::string(other.instead)};
    for (std::string word; instead >> word;) {
      if (word.ends_with(',')) word.pop_back();
      EXPECT_TRUE(syscall_named(word) || syscall_set_named(word)) << word;
    }
  }
  EXPECT_EQ(other_syscall_name("read"), nullptr);
}

TEST(SyscallSets, PutEveryCallIntoOneBesideAll) {
  std::set<SyscallId> placed;
  for (const SyscallSet& set : all_syscall_sets()) {
    EXPECT_FALSE(set.members.empty()) << set.name;
    EXPECT_FALSE(set.title.empty()) << set.name;
    EXPECT_TRUE(std::is_sorted(set.members.begin(), set.members.end())) << set.name;
    if (set.name != "@all") placed.insert(set.members.begin(), set.members.end());
  }
  EXPECT_EQ(placed.size(), all_syscalls().size());
  EXPECT_EQ(syscall_set_named("@all")->members.size(), all_syscalls().size());
  EXPECT_EQ(syscall_set_named("@nothing"), nullptr);
}

bool in_set(std::string_view set, std::string_view name) {
  const auto members = syscall_set_named(set)->members;
  return std::find(members.begin(), members.end(), *syscall_named(name)) != members.end();
}

TEST(SyscallSets, KeepTheWaysOutOfDefault) {
  for (const std::string_view name : {"io_uring_setup",
                                      "ptrace",
                                      "process_vm_readv",
                                      "pidfd_getfd",
                                      "mount",
                                      "open_tree",
                                      "fsopen",
                                      "mount_setattr",
                                      "setns",
                                      "keyctl",
                                      "add_key",
                                      "request_key",
                                      "bpf",
                                      "perf_event_open",
                                      "userfaultfd",
                                      "open_by_handle_at",
                                      "init_module",
                                      "kexec_load",
                                      "reboot",
                                      "chroot",
                                      "pivot_root",
                                      "modify_ldt",
                                      "syslog",
                                      "fanotify_init",
                                      "ioctl:TIOCSTI",
                                      "ioctl:TIOCLINUX",
                                      "clone:newuser",
                                      "unshare:newuser",
                                      "unshare:newns",
                                      "socket:vsock",
                                      "socket:packet",
                                      "socket:other",
                                      "socket:netlink-other",
                                      "socketpair:other",
                                      "personality:other"}) {
    EXPECT_FALSE(in_set("@default", name)) << name;
  }
  for (const std::string_view name :
       {"read", "execve", "exit_group", "mmap", "clone", "clone3", "socket", "socket:inet",
        "socketpair", "futex", "ioctl", "openat2", "rseq", "getrandom", "statx"}) {
    EXPECT_TRUE(in_set("@default", name)) << name;
  }
}

TEST(SyscallFacets, BelongToTheirCallAndHaveItsNumbers) {
  size_t facets = 0;
  for (const Syscall& call : all_syscalls()) {
    EXPECT_EQ(call.base.has_value(), !call.tests.empty()) << call.name;
    if (!call.base) continue;
    ++facets;
    const Syscall& base = syscall(*call.base);
    EXPECT_TRUE(call.name.starts_with(std::string(base.name) + ":")) << call.name;
    EXPECT_EQ(call.x86_64, base.x86_64);
    EXPECT_EQ(call.aarch64, base.aarch64);
    for (const FacetTest& test : call.tests) EXPECT_LT(test.argument, 6) << call.name;
  }
  size_t listed = 0;
  for (size_t i = 0; i < all_syscalls().size(); ++i) {
    listed += facets_of(SyscallId{static_cast<uint16_t>(i)}).size();
  }
  EXPECT_EQ(listed, facets);
}

TEST(SyscallFacets, IgnoreTheHalfThatTheKernelDrops) {
  const Syscall& tiocsti = syscall(*syscall_named("ioctl:TIOCSTI"));
  EXPECT_TRUE(tiocsti.tests[0].matches(0x5412));
  EXPECT_TRUE(tiocsti.tests[0].matches(0x100005412));
  EXPECT_FALSE(tiocsti.tests[0].matches(0x5413));
}

TEST(SyscallFacets, OfSocketCoverEveryFamilyOnce) {
  const SyscallId socket = *syscall_named("socket");
  for (uint64_t family = 0; family < 64; ++family) {
    for (const uint64_t protocol : {uint64_t{0}, uint64_t{12}}) {
      int matching = 0;
      for (const SyscallId facet : facets_of(socket)) {
        bool all = true;
        for (const FacetTest& test : syscall(facet).tests) {
          all = all && test.matches(test.argument == 0 ? family : protocol);
        }
        matching += all ? 1 : 0;
      }
      EXPECT_EQ(matching, 1) << family << " " << protocol;
    }
  }
}

TEST(SyscallFacets, SeeADatagramPairThroughItsFlags) {
  const FacetTest& type = syscall(*syscall_named("socketpair:dgram")).tests[0];
  EXPECT_TRUE(type.matches(2 | 02000000 | 04000));  // SOCK_DGRAM with CLOEXEC and NONBLOCK
  EXPECT_TRUE(type.matches(3));                     // SOCK_RAW is a datagram socket to AF_UNIX
  EXPECT_FALSE(type.matches(1 | 02000000));
  EXPECT_FALSE(type.matches(5));
}

}  // namespace
}  // namespace sbxc
