#include "backends/seccomp/seccomp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "backends/seccomp/interpreter.h"
#include "backends/seccomp/policy_for_test.h"
#include "backends/seccomp/program.h"
#include "compiler/policy/decide.h"

namespace sbxc::seccomp {
namespace {

using ::testing::HasSubstr;

constexpr uint32_t kAllowed = 0x7fff0000;

Bpf filter_of(const Lowered& lowered, Arch arch) {
  const auto bpf = Bpf::read(artifact_of(lowered, "filter." + std::string(name_of(arch)) + ".bpf"));
  EXPECT_TRUE(bpf) << bpf.error();
  return *bpf;
}

struct Compiled {
  ResolvedForTest resolved;
  Lowered lowered;

  explicit Compiled(const std::string& statements) : resolved(resolve_for_test(statements)) {
    lowered = lower_seccomp(resolved.policy, resolved.sources);
  }
  uint32_t answer(std::string_view call, std::array<uint64_t, 6> arguments = {},
                  Arch arch = Arch::x86_64) const {
    const auto number = static_cast<uint32_t>(syscall(*syscall_named(call)).number(arch));
    return filter_of(lowered, arch).run({number, audit_arch(arch), 0, arguments}).value;
  }
  bool allows(std::string_view call, std::array<uint64_t, 6> arguments = {}) const {
    return answer(call, arguments) == kAllowed;
  }
};

// Arguments for which exactly this facet of the call holds, or none where the call itself is asked
// about; found by trying. Nothing for a call that its facets cover whole.
std::optional<std::array<uint64_t, 6>> arguments_for(SyscallId asked) {
  const SyscallId base = syscall(asked).base.value_or(asked);
  std::vector<uint64_t> values = {0, 1, 2, 3, 5};
  for (const SyscallId id : facets_of(base)) {
    for (const FacetTest& test : syscall(id).tests) {
      if (test.match == FacetMatch::any_bit) values.push_back(test.mask);
      values.insert(values.end(), test.values().begin(), test.values().end());
    }
  }
  const auto fits = [&](const std::array<uint64_t, 6>& arguments) {
    const auto facets = facets_of(base);
    return std::all_of(facets.begin(), facets.end(), [&](SyscallId facet) {
      const auto& tests = syscall(facet).tests;
      const bool holds = std::all_of(tests.begin(), tests.end(), [&](const FacetTest& test) {
        return test.matches(arguments[test.argument]);
      });
      return holds == (facet == asked);
    });
  };
  for (const uint64_t first : values) {
    for (const uint64_t second : values) {
      const std::array<uint64_t, 6> arguments{first, second, second};
      if (fits(arguments)) return arguments;
    }
  }
  return std::nullopt;
}

TEST(SeccompFacets, CanEachBeMetAlone) {
  for (size_t i = 0; i < all_syscalls().size(); ++i) {
    const SyscallId id{static_cast<uint16_t>(i)};
    if (!syscall(id).base) continue;
    EXPECT_TRUE(arguments_for(id)) << syscall(id).name;
  }
}

std::string random_statements() {
  std::string text;
  const auto calls = all_syscalls();
  const auto sets = all_syscall_sets();
  const auto count = *rc::gen::inRange(1, 25);
  for (int i = 0; i < count; ++i) {
    const auto call = *rc::gen::inRange<size_t>(0, calls.size());
    const auto set = *rc::gen::inRange<size_t>(0, sets.size());
    const auto kind = *rc::gen::inRange(0, 4);
    text += *rc::gen::element<std::string>("allow", "allow", "deny") + " syscall ";
    text += std::string(kind == 0 ? sets[set].name : calls[call].name);
    if (kind == 0 && *rc::gen::arbitrary<bool>()) {
      text += " except " + std::string(calls[call].name);
    }
    text += "\n";
  }
  if (*rc::gen::arbitrary<bool>()) text += "allow socket /run/x\n";
  if (*rc::gen::arbitrary<bool>()) text += "allow listen localhost:80\n";
  return text;
}

RC_GTEST_PROP(Seccomp, AllowsNothingThatThePolicyDeniesAndSaysWhatItRefusesBeyond, ()) {
  const std::string statements = random_statements();
  RC_LOG(statements);
  const Compiled compiled(statements);
  const Bpf filters[] = {filter_of(compiled.lowered, Arch::x86_64),
                         filter_of(compiled.lowered, Arch::aarch64)};
  for (size_t i = 0; i < all_syscalls().size(); ++i) {
    const SyscallId id{static_cast<uint16_t>(i)};
    const Syscall& call = syscall(id);
    const auto arguments = arguments_for(id);
    if (!arguments) continue;
    const Decision decision = decide(compiled.resolved.policy, Os::linux, {Operation::syscall, id});
    for (const Arch arch : kArchs) {
      if (call.number(arch) < 0) continue;
      const auto number = static_cast<uint32_t>(call.number(arch));
      const bool allowed =
          filters[static_cast<size_t>(arch)].run({number, audit_arch(arch), 0, *arguments}).value ==
          kAllowed;
      if (decision.verdict != Effect::allow) {
        RC_ASSERT(!allowed);
      } else if (!allowed) {
        const auto says_so = [&](RuleId rule) {
          const auto& verdict = compiled.lowered.verdicts[static_cast<size_t>(rule)];
          return verdict.fidelity == Fidelity::narrowed;
        };
        const auto& deciding = decision.deciding;
        RC_ASSERT(std::any_of(deciding.begin(), deciding.end(), says_so));
      }
    }
  }
}

TEST(Seccomp, HoldsAFacetByItsRegister) {
  const Compiled compiled("allow syscall ioctl, ioctl:TIOCLINUX\n");
  EXPECT_TRUE(compiled.allows("ioctl", {0, 0x5401}));
  EXPECT_TRUE(compiled.allows("ioctl", {0, 0x541c}));
  EXPECT_FALSE(compiled.allows("ioctl", {0, 0x5412}));
  EXPECT_FALSE(compiled.allows("ioctl", {0, 0x100005412}));
  EXPECT_FALSE(compiled.allows("read"));
}

TEST(Seccomp, RefusesACallThatIsInTwoFacetsUnlessBothAreAllowed) {
  const Compiled compiled("allow syscall clone, clone:newuser\n");
  EXPECT_TRUE(compiled.allows("clone", {0x10000011}));
  EXPECT_FALSE(compiled.allows("clone", {0x10020011}));
  EXPECT_FALSE(compiled.allows("clone", {0x00020011}));
}

TEST(Seccomp, LetsADenyOfTheCallTakeItsFacetsAlong) {
  const Compiled compiled("allow syscall @all\ndeny syscall unshare\n");
  EXPECT_FALSE(compiled.allows("unshare", {0x10000000}));
  EXPECT_FALSE(compiled.allows("unshare", {0}));
  EXPECT_TRUE(compiled.allows("clone", {0x10000000}));
}

TEST(Seccomp, AnswersClone3AsIfItWereNotThereUnlessEveryNamespaceIsAllowed) {
  const Compiled some("allow syscall clone, clone3, unshare\n");
  EXPECT_EQ(some.answer("clone3"), kNotImplemented.value());
  EXPECT_EQ(some.lowered.verdicts[0].fidelity, Fidelity::narrowed);
  EXPECT_THAT(some.lowered.verdicts[0].what, HasSubstr("answers ENOSYS"));
  EXPECT_EQ(some.lowered.verdicts[0].witness, "clone3");
  const Compiled all("allow syscall clone, clone3, unshare, @namespaces\n");
  EXPECT_TRUE(all.allows("clone3"));
  EXPECT_EQ(all.lowered.verdicts[0].fidelity, Fidelity::exact);
  EXPECT_EQ(Compiled("allow syscall read\n").answer("clone3"), kNotImplemented.value());
}

TEST(Seccomp, RefusesUnixSocketsWhenNoSocketRuleAllowsOne) {
  const std::string calls = "allow syscall socket, socket:unix, socketpair, socketpair:dgram\n";
  const Compiled without(calls + "deny socket /run/docker.sock\n");
  EXPECT_FALSE(without.allows("socket", {1, 1}));
  EXPECT_FALSE(without.allows("socketpair", {1, 2}));
  EXPECT_TRUE(without.allows("socketpair", {1, 1}));
  EXPECT_EQ(without.lowered.verdicts[0].fidelity, Fidelity::narrowed);
  EXPECT_EQ(without.lowered.verdicts[0].what,
            "unix sockets are refused: no `socket` rule allows one");
  const Compiled with(calls + "allow socket /run/x\n");
  EXPECT_TRUE(with.allows("socket", {1, 1}));
  EXPECT_TRUE(with.allows("socketpair", {1, 2 | 02000000}));
  EXPECT_EQ(with.lowered.verdicts[0].fidelity, Fidelity::exact);
}

TEST(Seccomp, RefusesNetworkSocketsWhenNothingIsAllowedOnTheNetwork) {
  const std::string calls = "allow syscall socket, socket:inet, socket:inet6\n";
  EXPECT_FALSE(Compiled(calls).allows("socket", {2, 1}));
  EXPECT_FALSE(Compiled(calls + "deny connect a.com\n").allows("socket", {10, 1}));
  EXPECT_TRUE(Compiled(calls + "allow connect a.com\n").allows("socket", {2, 1}));
  EXPECT_TRUE(Compiled(calls + "ask connect a.com\n").allows("socket", {2, 1}));
  EXPECT_TRUE(Compiled(calls + "allow listen localhost:80\n").allows("socket", {10, 1}));
  EXPECT_FALSE(Compiled(calls + "on macos { allow connect a.com }\n").allows("socket", {2, 1}));
}

TEST(Seccomp, AnswersEpermAndForCallsWithAnOlderFormEnosys) {
  const Compiled compiled("allow syscall read\n");
  EXPECT_EQ(compiled.answer("ptrace"), kRefuse.value());
  EXPECT_EQ(compiled.answer("openat2"), kNotImplemented.value());
  EXPECT_EQ(compiled.answer("statx"), kNotImplemented.value());
}

TEST(Seccomp, SaysThatARuleOfTheOtherSystemIsAbsent) {
  const Compiled compiled("allow syscall read\non macos { allow read /x }\n");
  ASSERT_EQ(compiled.lowered.verdicts.size(), 2U);
  EXPECT_EQ(compiled.lowered.verdicts[1].fidelity, Fidelity::absent);
}

TEST(Seccomp, GivesEveryRuleAVerdict) {
  const Compiled compiled(
      "allow read /**\nallow connect a.com\nallow env HOME\nallow syscall read\n"
      "on macos { allow mach com.apple.x }\n");
  const Fidelity expected[] = {Fidelity::elsewhere, Fidelity::elsewhere, Fidelity::elsewhere,
                               Fidelity::exact, Fidelity::absent};
  ASSERT_EQ(compiled.lowered.verdicts.size(), std::size(expected));
  for (size_t i = 0; i < std::size(expected); ++i) {
    EXPECT_EQ(compiled.lowered.verdicts[i].fidelity, expected[i]) << i;
    EXPECT_EQ(compiled.lowered.verdicts[i].rule, RuleId{static_cast<uint32_t>(i)});
  }
}

TEST(Seccomp, HasACapabilityForEveryOperation) {
  std::set<Operation> operations;
  for (const Capability& row : seccomp_capabilities()) {
    EXPECT_EQ(row.target, TargetName::seccomp);
    EXPECT_TRUE(operations.insert(row.operation).second) << name_of(row.operation);
  }
  EXPECT_EQ(operations.size(), kOperations.size());
}

TEST(Seccomp, MapsInstructionsToTheRulesThatDecided) {
  const Compiled compiled("allow syscall @default\ndeny syscall ptrace, ioctl\n");
  std::set<RuleId> mapped;
  for (const MapEntry& entry : compiled.lowered.map) {
    if (entry.file != "filter.x86_64.bpf") continue;
    EXPECT_LT(entry.where, filter_of(compiled.lowered, Arch::x86_64).size());
    mapped.insert(entry.rules.begin(), entry.rules.end());
  }
  EXPECT_EQ(mapped, (std::set<RuleId>{RuleId{0}, RuleId{1}}));
}

TEST(Seccomp, GivesTheSameBytesForRulesInAnotherOrder) {
  const Compiled one("allow syscall @default, @mount\ndeny syscall mount\nallow socket /a\n");
  const Compiled other("allow socket /a\ndeny syscall mount\nallow syscall @mount, @default\n");
  for (const Arch arch : kArchs) {
    const std::string file = "filter." + std::string(name_of(arch)) + ".bpf";
    EXPECT_EQ(artifact_of(one.lowered, file), artifact_of(other.lowered, file));
  }
}

TEST(Seccomp, AllowsThroughTheBitmapWhateverTheArgumentsMayBe) {
  for (const std::string& file : testing::example_files()) {
    const ResolvedForTest resolved = resolve_file_for_test(file);
    const Lowered lowered = lower_seccomp(resolved.policy, resolved.sources);
    for (const Arch arch : kArchs) {
      const Bpf bpf = filter_of(lowered, arch);
      for (size_t i = 0; i < all_syscalls().size(); ++i) {
        const SyscallId id{static_cast<uint16_t>(i)};
        if (syscall(id).number(arch) < 0 || syscall(id).base || !facets_of(id).empty()) continue;
        const auto number = static_cast<uint32_t>(syscall(id).number(arch));
        const bool allowed = bpf.run({number, audit_arch(arch), 0, {}}).value == kAllowed;
        EXPECT_EQ(bpf.always_allows(audit_arch(arch), number), allowed) << syscall(id).name;
      }
    }
  }
}

// Set SBXC_UPDATE to write the file anew, then read the difference.
TEST(SeccompListing, ShowsWhatTheFilterDoesAndWhichLineSaidSo) {
  const Compiled compiled(
      "allow syscall @basic-io, @memory, execve, exit_group, socket, socket:unix\n"
      "allow socket /run/x\n"
      "deny  syscall vmsplice because \"not needed\"\n");
  const std::string file = std::string(SBXC_TESTDATA) + "/listing.x86_64.txt";
  const std::string listing = artifact_of(compiled.lowered, "filter.x86_64.txt");
  if (std::getenv("SBXC_UPDATE") != nullptr) std::ofstream(file) << listing;
  std::ostringstream golden;
  golden << std::ifstream(file).rdbuf();
  EXPECT_EQ(listing, golden.str());
  EXPECT_TRUE(compiled.allows("pwritev2"));
  EXPECT_TRUE(compiled.allows("socket", {1, 1}));
  EXPECT_FALSE(compiled.allows("socket", {2, 1}));
  EXPECT_FALSE(compiled.allows("vmsplice"));
  EXPECT_FALSE(compiled.allows("openat"));
}

}  // namespace
}  // namespace sbxc::seccomp
