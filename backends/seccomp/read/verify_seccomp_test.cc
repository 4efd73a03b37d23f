// What we emit is proved for every policy there is: the examples, hand-written corners, random
// ones.
#include "backends/seccomp/read/verify_seccomp.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "backends/seccomp/policy_for_test.h"
#include "backends/seccomp/seccomp.h"
#include "backends/target/verification_for_test.h"
#include "compiler/policy/random_policy.h"

namespace sbxc {
namespace {

using seccomp::resolve_file_for_test;
using seccomp::resolve_for_test;

Verification verify(const seccomp::ResolvedForTest& resolved) {
  return verify_seccomp(resolved.policy,
                        lower_seccomp(resolved.policy, resolved.sources).artifacts);
}

TEST(VerifySeccomp, ProvesEveryExample) {
  for (const std::string& file : testing::example_files()) {
    SCOPED_TRACE(file);
    const Verification proof = verify(resolve_file_for_test(file));
    EXPECT_TRUE(proof.holds()) << in_words(proof);
  }
}

TEST(VerifySeccomp, ProvesPoliciesOfEveryKind) {
  for (const char* statements :
       {"", "allow env HOME\n", "allow syscall @all\n", "allow syscall @default\n",
        "allow syscall @all\ndeny syscall @namespaces\n",
        "allow syscall @all\nallow socket /run/**\nallow connect example.com\n",
        "allow syscall @all\nallow socket /run/**\ndeny syscall socket:unix\n",
        "allow syscall clone, unshare, clone3, @namespaces\n", "allow syscall clone3\n",
        "allow syscall ioctl, ioctl:TIOCSTI\n", "allow syscall ioctl:TIOCSTI\n",
        "allow syscall socket, socket:netlink\n", "allow syscall socketpair, socketpair:dgram\n",
        "allow syscall @default\ndeny syscall read\non macos { allow syscall read }\n",
        "use std/base\nallow listen localhost:3000\n"}) {
    SCOPED_TRACE(statements);
    const Verification proof = verify(resolve_for_test(statements));
    EXPECT_TRUE(proof.holds()) << in_words(proof);
  }
}

TEST(VerifySeccomp, SaysWhatIsRefusedBeyondThePolicy) {
  const auto proof_of = [](const char* statements, Operation operation) {
    return proof_about(verify(resolve_for_test(statements)), operation).proof;
  };
  EXPECT_EQ(proof_of("allow syscall read\n", Operation::syscall), Proof::proved);
  EXPECT_EQ(proof_of("allow syscall clone3\n", Operation::syscall), Proof::narrowed);
  EXPECT_EQ(proof_of("allow syscall socket, socket:unix\n", Operation::syscall), Proof::narrowed);
  EXPECT_EQ(proof_of("allow syscall socket, socket:unix\nallow socket /a\n", Operation::syscall),
            Proof::proved);
  EXPECT_EQ(
      proof_of("allow syscall @all\nallow socket /a\nallow connect a.com\n", Operation::syscall),
      Proof::proved);
}

TEST(VerifySeccomp, HoldsOtherOperationsWhenNothingOfThemIsAllowed) {
  const auto proof_of = [](const char* statements, Operation operation) {
    return proof_about(verify(resolve_for_test(statements)), operation).proof;
  };
  EXPECT_EQ(proof_of("allow syscall @all\n", Operation::socket), Proof::proved);
  EXPECT_EQ(proof_of("allow syscall @all\n", Operation::connect), Proof::proved);
  EXPECT_EQ(proof_of("allow syscall @all\n", Operation::listen), Proof::proved);
  EXPECT_EQ(proof_of("allow socket /a\n", Operation::socket), Proof::not_spoken);
  EXPECT_EQ(proof_of("allow listen *:3000\n", Operation::connect), Proof::not_spoken);
  EXPECT_EQ(proof_of("allow read /a\n", Operation::read), Proof::not_spoken);
}

std::string random_statements() {
  std::string text;
  const auto calls = all_syscalls();
  const auto sets = all_syscall_sets();
  const auto count = *rc::gen::inRange(1, 12);
  for (int i = 0; i < count; ++i) {
    const bool one = *rc::gen::inRange(0, 3) != 0;
    text += *rc::gen::element<std::string>("allow", "allow", "deny") + " syscall ";
    text += one ? calls[*rc::gen::inRange<size_t>(0, calls.size())].name
                : sets[*rc::gen::inRange<size_t>(0, sets.size())].name;
    text += "\n";
  }
  if (*rc::gen::arbitrary<bool>()) text += "allow socket /run/x\n";
  if (*rc::gen::arbitrary<bool>()) text += "allow connect example.com\n";
  return text;
}

RC_GTEST_PROP(VerifySeccomp, ProvesRandomLists, ()) {
  const std::string statements = random_statements();
  RC_LOG(statements);
  const Verification proof = verify(resolve_for_test(statements));
  if (!proof.holds()) RC_LOG(in_words(proof));
  RC_ASSERT(proof.holds());
}

RC_GTEST_PROP(VerifySeccomp, ProvesRandomPolicies, ()) {
  const auto random = *testing::random_policy();
  const Policy policy = random.policy();
  Sources sources;
  sources.add("test.sbx", "");
  const Verification proof = verify_seccomp(policy, lower_seccomp(policy, sources).artifacts);
  if (!proof.holds()) RC_LOG(in_words(proof));
  RC_ASSERT(proof.holds());
}

TEST(VerifySeccomp, NeedsBothFilters) {
  const auto resolved = resolve_for_test("allow syscall read\n");
  auto artifacts = lower_seccomp(resolved.policy, resolved.sources).artifacts;
  std::erase_if(artifacts, [](const Artifact& one) { return one.file == "filter.aarch64.bpf"; });
  const Verification proof = verify_seccomp(resolved.policy, artifacts);
  EXPECT_FALSE(proof.holds());
  ASSERT_TRUE(proof.unreadable);
  EXPECT_EQ(proof.unreadable->message, "`filter.aarch64.bpf` is missing");
}

}  // namespace
}  // namespace sbxc
