// The listing, the interpreter and the running kernel give the same answer to every number of the
// tables, to the numbers around them, and to every facet.
//
// So that no call is really made, the filter that the kernel gets has its returns exchanged for
// errors of their own, its jumps untouched; the unchanged bytes are loaded in the tests at the end,
// with calls that do no harm.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "backends/seccomp/filtered_child_for_test.h"
#include "backends/seccomp/interpreter.h"
#include "backends/seccomp/listing_machine_for_test.h"
#include "backends/seccomp/policy_for_test.h"
#include "backends/seccomp/seccomp.h"
#include "compiler/policy/decide.h"

namespace sbxc::seccomp {
namespace {

#ifdef SBXC_CAN_LOAD_FILTERS

constexpr uint32_t kFirstStandIn = 3000;  // errors that the kernel never gives
constexpr uint32_t kError = 0x00050000;

struct StandIns {
  std::string bytes;
  std::vector<uint32_t> values;  // of errors kFirstStandIn, kFirstStandIn + 1, …

  explicit StandIns(std::string filter) : bytes(std::move(filter)) {
    for (size_t at = 0; at < bytes.size(); at += 8) {
      if (bytes[at] != 0x06 || bytes[at + 1] != 0) continue;  // RET K
      uint32_t k = 0;
      std::memcpy(&k, bytes.data() + at + 4, 4);
      const auto known = std::find(values.begin(), values.end(), k);
      const auto index = static_cast<uint32_t>(known - values.begin());
      if (known == values.end()) values.push_back(k);
      const uint32_t stand_in = kError | (kFirstStandIn + index);
      std::memcpy(bytes.data() + at + 4, &stand_in, 4);
    }
  }

  // What the unchanged filter would have said.
  uint32_t meaning(int64_t result) const {
    const int64_t index = -result - kFirstStandIn;
    const bool known = index >= 0 && index < static_cast<int64_t>(values.size());
    return known ? values[static_cast<size_t>(index)] : 0xdeadbeef;
  }
};

std::string text_of(uint32_t value) {
  if (value == 0x7fff0000) return "allow";
  if (value == 0x80000000) return "kill";
  if (value == (kError | 1)) return "EPERM";
  return value == (kError | 38) ? "ENOSYS" : std::to_string(value);
}

std::vector<uint32_t> numbers_to_ask() {
  std::vector<uint32_t> numbers;
  for (uint32_t number = 0; number < 640; ++number) {
    numbers.push_back(number);
    numbers.push_back(0x40000000 | number);  // x32
  }
  for (const uint32_t edge :
       {1023U, 1024U, 0xffffU, 0x10000U, 0x3fffffffU, 0x7fffffffU, 0x80000000U, 0x80000001U,
        0xbfffffffU, 0xc000003eU, 0xfffffffeU, 0xffffffffU}) {
    numbers.push_back(edge);
  }
  return numbers;
}

// Every argument that a facet looks at, at its values and beside them, in both halves.
std::vector<std::array<uint64_t, 6>> arguments_to_ask(const Syscall& call) {
  std::set<uint64_t> values = {0, 1, 0xffffffff, 0x100000000, 0xffffffffffffffff};
  for (const SyscallId facet : facets_of(*syscall_named(call.name))) {
    for (const FacetTest& test : syscall(facet).tests) {
      for (const uint32_t value : test.values()) {
        for (const uint64_t near : {value - 1, value, value + 1}) {
          values.insert({near, near | 0x100000000, near | 0xffffffff00000000});
        }
      }
      if (test.match == FacetMatch::any_bit) values.insert({test.mask, test.mask | 0x11});
    }
  }
  std::vector<std::array<uint64_t, 6>> all;
  for (const uint64_t first : values) {
    for (const uint64_t other : {uint64_t{0}, uint64_t{2}, uint64_t{0x80002}, first}) {
      all.push_back({first, other, other, first, 0, 0});
      all.push_back({other, first, first, 0, 0, 0});
      all.push_back({other, first, 0, 0, 0, 0});
    }
  }
  return all;
}

// No filter is asked about the trampoline calls of user-space probes (kernel/seccomp.c,
// seccomp_uprobe_exception, since 6.14); made from anywhere else they are an illegal instruction.
bool is_out_of_reach(uint32_t number) {
  const auto call = syscall_numbered(kRunningArch, number);
  return call && (syscall(*call).name == "uretprobe" || syscall(*call).name == "uprobe");
}

std::vector<KernelCall> calls_to_ask() {
  std::vector<KernelCall> calls;
  for (const uint32_t number : numbers_to_ask()) {
    if (is_out_of_reach(number)) continue;
    calls.push_back({number, {}});
    const auto call = syscall_numbered(kRunningArch, number);
    if (!call || facets_of(*call).empty()) continue;
    for (const auto& arguments : arguments_to_ask(syscall(*call))) {
      calls.push_back({number, arguments});
    }
  }
  return calls;
}

Call for_machine(const KernelCall& call, Arch arch) {
  return {static_cast<uint32_t>(call.number), audit_arch(arch), 0, call.arguments};
}

void expect_listing_agrees(const Lowered& lowered, Arch arch,
                           const std::vector<KernelCall>& calls) {
  const std::string name = "filter." + std::string(name_of(arch));
  const auto bpf = Bpf::read(artifact_of(lowered, name + ".bpf"));
  ASSERT_TRUE(bpf) << bpf.error();
  const ListingMachine listing(artifact_of(lowered, name + ".txt"));
  ASSERT_EQ(listing.size(), bpf->size());
  for (const KernelCall& call : calls) {
    const Call asked = for_machine(call, arch);
    ASSERT_EQ(listing.run(asked), text_of(bpf->run(asked).value)) << name << " " << call.number;
  }
}

void expect_kernel_agrees(const std::string& filter, const std::vector<KernelCall>& calls) {
  const auto bpf = Bpf::read(filter);
  ASSERT_TRUE(bpf) << bpf.error();
  const StandIns stand_ins(filter);
  const ChildOutcome kernel = ask_kernel(stand_ins.bytes, calls);
  ASSERT_TRUE(kernel.accepted);
  ASSERT_EQ(kernel.results.size(), calls.size());
  for (size_t i = 0; i < calls.size(); ++i) {
    ASSERT_EQ(stand_ins.meaning(kernel.results[i]),
              bpf->run(for_machine(calls[i], kRunningArch)).value)
        << calls[i].number << " " << calls[i].arguments[0] << " " << calls[i].arguments[1];
  }
}

void expect_all_agree(const ResolvedForTest& resolved) {
  const Lowered lowered = lower_seccomp(resolved.policy, resolved.sources);
  const std::vector<KernelCall> calls = calls_to_ask();
  for (const Arch arch : kArchs) expect_listing_agrees(lowered, arch, calls);
  const std::string own = "filter." + std::string(name_of(kRunningArch)) + ".bpf";
  expect_kernel_agrees(artifact_of(lowered, own), calls);
}

TEST(Kernel, AgreesWithListingAndInterpreterOnEveryNumber) {
  for (const std::string statements : {
           "allow env HOME\n",
           "use std/base\n",
           "use std/base\nallow socket /run/**\nallow connect example.com\n",
           "use std/agent\n",
           "allow syscall @all\nallow socket /**\nallow connect a.com\n",
           "allow syscall @all\ndeny syscall @privileged, @obsolete, ioctl:TIOCSTI\n",
           "allow syscall @default, @io-uring, @ptrace, unshare:newns\ndeny syscall read, socket\n",
           "allow syscall @default, clone:newuser, personality:other\ndeny syscall read, socket\n",
           "allow syscall socket, socket:other, socketpair, socketpair:dgram\nallow socket @x\n",
           "allow syscall @network-io, exit_group\nallow listen localhost:80\n",
       }) {
    SCOPED_TRACE(statements);
    expect_all_agree(resolve_for_test(statements));
  }
}

TEST(Kernel, AgreesOnEveryExample) {
  const auto files = testing::example_files();
  ASSERT_GE(files.size(), 7U);
  for (const std::string& file : files) {
    SCOPED_TRACE(file);
    expect_all_agree(resolve_file_for_test(file));
  }
}

std::string random_statements() {
  std::string text = "use std/base\n";
  const auto calls = all_syscalls();
  const auto sets = all_syscall_sets();
  const auto count = *rc::gen::inRange(1, 12);
  for (int i = 0; i < count; ++i) {
    const auto call = *rc::gen::inRange<size_t>(0, calls.size());
    const auto set = *rc::gen::inRange<size_t>(0, sets.size());
    const bool one = *rc::gen::inRange(0, 3) != 0;
    text += *rc::gen::element<std::string>("allow", "deny") + " syscall ";
    text += std::string(one ? calls[call].name : sets[set].name) + "\n";
  }
  if (*rc::gen::arbitrary<bool>()) text += "allow socket /run/x\n";
  if (*rc::gen::arbitrary<bool>()) text += "allow connect example.com\n";
  return text;
}

RC_GTEST_PROP(Kernel, AgreesOnRandomPolicies, ()) {
  const std::string statements = random_statements();
  RC_LOG(statements);
  expect_all_agree(resolve_for_test(statements));
  RC_ASSERT(!::testing::Test::HasFailure());
}

rc::Gen<std::vector<uint64_t>> random_lines() {
  // Mostly sensible opcodes with mostly small constants, so that about half are accepted.
  return rc::gen::mapcat(rc::gen::inRange<size_t>(1, 12), [](size_t count) {
    return rc::gen::container<std::vector<uint64_t>>(
        count,
        rc::gen::apply([](uint64_t code, uint64_t jt, uint64_t jf,
                          uint64_t k) { return code | jt << 16 | jf << 24 | k << 32; },
                       rc::gen::element<uint64_t>(0x20, 0x20, 0x15, 0x35, 0x45, 0x54, 0x06, 0x05,
                                                  0x00, 0x01, 0x02, 0x03, 0x60, 0x61, 0x80, 0x81,
                                                  0x04, 0x34, 0x3c, 0x64, 0x74, 0x84, 0x94, 0xa4,
                                                  0x07, 0x87, 0x16, 0x1d, 0x28, 0x30, 0x40, 0x0e),
                       rc::gen::element<uint64_t>(0, 0, 0, 1, 3),
                       rc::gen::element<uint64_t>(0, 0, 1, 2),
                       rc::gen::element<uint64_t>(0, 0, 4, 16, 60, 64, 1, 31, 32, 0xffffffff)));
  });
}

RC_GTEST_PROP(Kernel, AcceptsTheFiltersThatTheInterpreterAccepts, ()) {
  const auto lines = *random_lines();
  std::string bytes;
  for (const uint64_t line : lines) {
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(line >> (8 * i)));
  }
  bytes += std::string("\x06\0\0\0\0\0\x05\0", 8);
  const bool ours = Bpf::read(bytes).has_value();
  RC_CLASSIFY(ours, "accepted");
  RC_ASSERT(ask_kernel(bytes, {}).accepted == ours);
}

uint64_t number_of(std::string_view name) {
  return static_cast<uint64_t>(syscall(*syscall_named(name)).number(kRunningArch));
}

TEST(Kernel, RunsTheUnchangedBytes) {
  const ResolvedForTest resolved =
      resolve_for_test("use std/base\nallow connect example.com\ndeny syscall getppid\n");
  const Lowered lowered = lower_seccomp(resolved.policy, resolved.sources);
  const std::string own = "filter." + std::string(name_of(kRunningArch)) + ".bpf";
  constexpr int64_t kBadDescriptor = -9;
  constexpr int64_t kNotPermitted = -1;
  constexpr int64_t kNotThere = -38;
  constexpr uint64_t kNone = ~uint64_t{0};
  struct Expectation {
    KernelCall call;
    int64_t result;
  };
  std::vector<Expectation> expectations = {
      {{number_of("getppid"), {}}, kNotPermitted},
      {{number_of("close"), {kNone}}, kBadDescriptor},
      {{number_of("ioctl"), {kNone, 0x5401}}, kBadDescriptor},
      {{number_of("ioctl"), {kNone, 0x5412}}, kNotPermitted},
      {{number_of("ioctl"), {kNone, 0x100005412}}, kNotPermitted},
      {{number_of("ioctl"), {kNone, 0x541c}}, kNotPermitted},
      {{number_of("io_uring_setup"), {0, 0}}, kNotPermitted},
      {{number_of("ptrace"), {kNone, kNone}}, kNotPermitted},
      {{number_of("keyctl"), {kNone}}, kNotPermitted},
      {{number_of("bpf"), {kNone}}, kNotPermitted},
      {{number_of("clone"), {0x10000000}}, kNotPermitted},
      {{number_of("clone3"), {0, 0}}, kNotThere},
      {{number_of("unshare"), {0x10000000}}, kNotPermitted},
      {{number_of("unshare"), {0}}, 0},
      {{number_of("socket"), {1, 1, 0}}, kNotPermitted},
      {{number_of("socket"), {40, 1, 0}}, kNotPermitted},
      {{number_of("socket"), {16, 3, 12}}, kNotPermitted},
      {{number_of("socketpair"), {1, 2, 0, 0}}, kNotPermitted},
      {{number_of("socketpair"), {1, 3, 0, 0}}, kNotPermitted},
      {{number_of("personality"), {0x40000}}, kNotPermitted},
      {{number_of("personality"), {0xffffffff}}, 0},
      {{600, {}}, kNotThere},
      {{0x40000000 + 39, {}}, kNotThere},
      {{kNone, {}}, kNotThere},
  };
  std::vector<KernelCall> calls;
  calls.reserve(expectations.size() + 3);
  for (const Expectation& expectation : expectations) calls.push_back(expectation.call);
  calls.push_back({number_of("getpid"), {}});
  calls.push_back({number_of("socket"), {2, 1, 0}});
  const ChildOutcome kernel = ask_kernel(artifact_of(lowered, own), calls);
  ASSERT_TRUE(kernel.accepted);
  ASSERT_EQ(kernel.results.size(), calls.size());
  for (size_t i = 0; i < expectations.size(); ++i) {
    EXPECT_EQ(kernel.results[i], expectations[i].result) << i << ": " << calls[i].number;
  }
  EXPECT_GT(kernel.results[expectations.size()], 1);
  EXPECT_GE(kernel.results[expectations.size() + 1], 0);
}

TEST(Kernel, RefusesEverythingWhenThePolicyAllowsNoCall) {
  const ResolvedForTest resolved = resolve_for_test("allow env HOME\n");
  const Lowered lowered = lower_seccomp(resolved.policy, resolved.sources);
  const std::string own = "filter." + std::string(name_of(kRunningArch)) + ".bpf";
  const ChildOutcome kernel = ask_kernel(
      artifact_of(lowered, own), {{number_of("getpid"), {}}, {number_of("exit_group"), {0}}});
  EXPECT_EQ(kernel.results, (std::vector<int64_t>{-1, -1}));
}

#if defined(__x86_64__)
TEST(Kernel, KillsACallOfAnotherArchitecture) {
  const auto old_call = [] {
    int64_t result = 20;  // getpid of i386
    asm volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
  };
  const ResolvedForTest resolved = resolve_for_test("use std/base\n");
  const Lowered lowered = lower_seccomp(resolved.policy, resolved.sources);
  const std::string allow_all("\x06\0\0\0\0\0\xff\x7f", 8);
  if (ask_kernel(allow_all, {}, old_call).signal) {
    GTEST_SKIP() << "this kernel has no 32-bit calls";
  }
  const ChildOutcome kernel = ask_kernel(artifact_of(lowered, "filter.x86_64.bpf"), {}, old_call);
  EXPECT_TRUE(kernel.accepted);
  EXPECT_EQ(kernel.signal, SIGSYS);
}
#endif

#else
TEST(Kernel, AgreesWithListingAndInterpreterOnEveryNumber) {
  GTEST_SKIP() << "seccomp filters run on Linux, x86-64 and aarch64 alone";
}
#endif

}  // namespace
}  // namespace sbxc::seccomp
