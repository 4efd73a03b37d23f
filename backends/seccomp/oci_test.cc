#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "backends/seccomp/generate.h"
#include "backends/seccomp/interpreter.h"
#include "backends/seccomp/oci_reader.h"
#include "backends/seccomp/policy_for_test.h"
#include "backends/seccomp/seccomp.h"

namespace sbxc::seccomp {
namespace {

constexpr uint32_t kAllowed = 0x7fff0000;

std::optional<std::string> containers_common_profile() {
  std::ifstream in("/usr/share/containers/seccomp.json");
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Measured {
  size_t instructions = 0;
  double mean_executed = 0;  // over the calls that are allowed with arguments of zero
  size_t always_allowed = 0;
  size_t eligible = 0;
};

Measured measure(const SyscallProgram& program) {
  const auto bpf = Bpf::read(generate(program).bytes());
  EXPECT_TRUE(bpf) << bpf.error();
  Measured measured{bpf->size()};
  double executed = 0;
  size_t allowed = 0;
  for (const auto& [number, behaviour] : program.numbers) {
    const Outcome outcome = bpf->run({number, audit_arch(program.arch), 0, {}});
    if (outcome.value == kAllowed) {
      executed += outcome.executed;
      ++allowed;
    }
    const bool always = behaviour.clauses.empty() ? behaviour.otherwise == kAllow
                                                  : behaviour.clauses.front().all.empty() &&
                                                        behaviour.clauses.front().answer == kAllow;
    measured.always_allowed += always ? 1 : 0;
    measured.eligible += bpf->always_allows(audit_arch(program.arch), number) ? 1 : 0;
  }
  measured.mean_executed = executed / static_cast<double>(allowed);
  return measured;
}

TEST(OciDefaultProfile, IsSmallFastAndAnsweredFromTheBitmap) {
  const auto text = containers_common_profile();
  if (!text) GTEST_SKIP() << "golang-github-containers-common is not installed";
  for (const Arch arch : kArchs) {
    const auto program = read_oci_profile(*text, arch);
    ASSERT_TRUE(program) << program.error();
    const Measured measured = measure(*program);
    RecordProperty(std::string(name_of(arch)) + "_instructions",
                   static_cast<int>(measured.instructions));
    EXPECT_LE(measured.instructions, 100U) << name_of(arch);  // the aim is 150; libseccomp has 377
    EXPECT_LE(measured.mean_executed, 11.0) << name_of(arch);
    EXPECT_GT(measured.always_allowed, 250U) << name_of(arch);
    EXPECT_EQ(measured.eligible, measured.always_allowed) << name_of(arch);
  }
}

TEST(OciDefaultProfile, KeepsItsMeaning) {
  const auto text = containers_common_profile();
  if (!text) GTEST_SKIP() << "golang-github-containers-common is not installed";
  const auto program = read_oci_profile(*text, Arch::x86_64);
  ASSERT_TRUE(program) << program.error();
  const auto bpf = Bpf::read(generate(*program).bytes());
  ASSERT_TRUE(bpf) << bpf.error();
  const auto answer = [&](std::string_view call, std::array<uint64_t, 6> arguments) {
    const auto number = static_cast<uint32_t>(syscall(*syscall_named(call)).x86_64);
    return bpf->run({number, audit_arch(Arch::x86_64), 0, arguments}).value;
  };
  EXPECT_EQ(answer("read", {}), kAllowed);
  EXPECT_EQ(answer("bpf", {}), kRefuse.value());
  EXPECT_EQ(answer("io_uring_setup", {}), kNotImplemented.value());
  EXPECT_EQ(answer("personality", {8}), kAllowed);
  EXPECT_EQ(answer("personality", {0xffffffff}), kAllowed);
  EXPECT_EQ(answer("personality", {0x100000008}), kNotImplemented.value());
  EXPECT_EQ(answer("socket", {16, 3, 9}), (Answer{AnswerKind::error, 22}.value()));
  EXPECT_EQ(answer("socket", {16, 3, 0}), kAllowed);
  EXPECT_EQ(answer("socket", {2, 1, 9}), kAllowed);
}

TEST(OciReader, SaysWhatIsWrong) {
  const std::pair<std::string, std::string> refusals[] = {
      {"{", "it is not JSON"},
      {"[]", "no known `defaultAction`"},
      {R"({"defaultAction":"SCMP_ACT_ALLOW"})", "it allows what it does not name"},
      {R"({"defaultAction":"SCMP_ACT_KILL","syscalls":[{"names":["read"],"action":"X"}]})",
       "no known action `X`"},
      {R"({"defaultAction":"SCMP_ACT_KILL","syscalls":[{"names":["read"],
           "action":"SCMP_ACT_ALLOW","args":[{"index":9,"op":"SCMP_CMP_EQ"}]}]})",
       "a condition on an argument makes no sense"},
      {R"({"defaultAction":"SCMP_ACT_KILL","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW",
           "args":[{"index":1,"op":"SCMP_CMP_EQ"},{"index":1,"op":"SCMP_CMP_NE"}]}]})",
       "an entry has two conditions on one argument"},
  };
  for (const auto& [json, problem] : refusals) {
    const auto read = read_oci_profile(json, Arch::x86_64);
    ASSERT_FALSE(read) << json;
    EXPECT_EQ(read.error(), problem);
  }
}

// Arguments at and beside everything that a facet of the call looks at.
std::vector<std::array<uint64_t, 6>> arguments_of(SyscallId call) {
  std::set<uint64_t> values = {0, 0xffffffffffffffff};
  for (const SyscallId facet : facets_of(call)) {
    for (const FacetTest& test : syscall(facet).tests) {
      if (test.match == FacetMatch::any_bit) values.insert(test.mask);
      for (const uint64_t value : test.values()) {
        values.insert({value, value + 1, value ^ 0x80000000, value | 0x100000000});
      }
    }
  }
  std::vector<std::array<uint64_t, 6>> all;
  for (const uint64_t first : values) {
    for (const uint64_t second : values) all.push_back({first, second, second});
  }
  return all;
}

void expect_profile_agrees(const std::string& statements) {
  SCOPED_TRACE(statements);
  const ResolvedForTest resolved = resolve_for_test(statements);
  const Lowered lowered = lower_seccomp(resolved.policy, resolved.sources);
  for (const Arch arch : kArchs) {
    const auto profile = read_oci_profile(artifact_of(lowered, "filter.oci.json"), arch);
    ASSERT_TRUE(profile) << profile.error();
    const auto bpf =
        Bpf::read(artifact_of(lowered, "filter." + std::string(name_of(arch)) + ".bpf"));
    ASSERT_TRUE(bpf) << bpf.error();
    for (size_t i = 0; i < all_syscalls().size(); ++i) {
      const SyscallId id{static_cast<uint16_t>(i)};
      if (syscall(id).base || syscall(id).number(arch) < 0) continue;
      const auto number = static_cast<uint32_t>(syscall(id).number(arch));
      for (const auto& arguments : arguments_of(id)) {
        ASSERT_EQ(answer_of(*profile, number, arguments)->value(),
                  bpf->run({number, audit_arch(arch), 0, arguments}).value)
            << syscall(id).name << " " << arguments[0] << " " << arguments[1];
      }
    }
  }
}

TEST(OciProfile, SaysTheSameAsTheFilter) {
  for (const std::string statements : {
           "allow env HOME\n",
           "use std/base\n",
           "use std/base\nallow socket /run/**\nallow connect example.com\n",
           "allow syscall @all\nallow socket /**\nallow connect a.com\n",
           "allow syscall @default, clone:newuser, ioctl:TIOCLINUX\ndeny syscall read\n",
           "allow syscall @default, socket:vsock, socket:other\nallow listen localhost:80\n",
           "allow syscall @default\ndeny syscall read, socket:netlink\nallow listen localhost:80\n",
           "allow syscall socket, socket:netlink-other, socketpair, personality\n",
       }) {
    expect_profile_agrees(statements);
  }
}

RC_GTEST_PROP(OciProfile, SaysTheSameAsTheFilterForRandomFacets, ()) {
  std::string statements = "allow syscall @default\n";
  for (const Syscall& call : all_syscalls()) {
    const auto choice = call.base ? *rc::gen::inRange(0, 3) : 0;
    if (choice == 1) statements += "allow syscall " + std::string(call.name) + "\n";
    if (choice == 2) statements += "deny syscall " + std::string(call.name) + "\n";
  }
  if (*rc::gen::arbitrary<bool>()) statements += "allow socket /run/x\n";
  if (*rc::gen::arbitrary<bool>()) statements += "allow connect a.com\n";
  expect_profile_agrees(statements);
  RC_ASSERT(!::testing::Test::HasFailure());
}

}  // namespace
}  // namespace sbxc::seccomp
