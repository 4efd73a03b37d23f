#include "backends/proxy/read/verify_proxy.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <chrono>

#include "backends/proxy/proxy.h"
#include "backends/proxy/read/policies_for_test.h"
#include "compiler/policy/random_policy.h"

namespace sbxc {
namespace {

Verification verify(const Policy& policy, Os os) {
  return verify_proxy(policy, os, lower_proxy(policy, os, Sources()).artifacts);
}

void expect_proved(const Policy& policy, const Sources& sources = Sources()) {
  for (const Os os : {Os::linux, Os::macos}) {
    const Verification proof = verify_proxy(policy, os, lower_proxy(policy, os, sources).artifacts);
    EXPECT_TRUE(proof.holds()) << in_words(proof);
  }
}

TEST(VerifyProxy, ProvesEveryExample) {
  for (const std::string& file : testing::example_files()) {
    SCOPED_TRACE(file);
    const auto resolved = resolve_example(file);
    expect_proved(resolved.policy, resolved.sources);
  }
}

TEST(VerifyProxy, ProvesPoliciesOfEveryKind) {
  expect_proved(Policy());
  expect_proved(terse_policy({"allow connect *", "deny connect *.a.com, a.com:22"}));
  expect_proved(terse_policy({"ask connect *:*", "allow connect 0.0.0.0/0, [::/0]:1-9"}));
  expect_proved(terse_policy({"allow connect 10.0.0.0/8 except 10.1.0.0/16:443, 10.1.2.3"}));
  expect_proved(terse_policy({"allow connect *.a.com:* except *.b.a.com, c.b.a.com:9"}));
  expect_proved(terse_policy({"allow connect localhost:3000", "deny connect 127.0.0.0/8:1-3000"}));
  expect_proved(terse_policy({"allow connect 255.255.255.255, 0.0.0.0, [::]",
                              "deny connect [ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"}));
  expect_proved(terse_policy({"allow connect a.com except a.com", "deny connect b.com on macos"}));
}

TEST(VerifyProxy, ProvesPoliciesWithLists) {
  expect_proved(policy_with_list("ads.example\n*.ads.example\n10.0.0.0/8\n*.example.com\n",
                                 {"allow connect *.example.com, *.ads.example:*"}));
  expect_proved(policy_with_list("", {"allow connect a.com"}));
  expect_proved(policy_with_list("a.com\nb.com\n::1\n", {}));
}

RC_GTEST_PROP(VerifyProxy, ProvesRandomPolicies, ()) {
  const Policy policy = (*testing::random_policy()).policy();
  for (const Os os : {Os::linux, Os::macos}) {
    const Verification proof = verify(policy, os);
    if (!proof.holds()) RC_LOG(in_words(proof));
    RC_ASSERT(proof.holds());
  }
}

// The other side of the coin: two random policies are told apart whenever decide() does.
RC_GTEST_PROP(VerifyProxy, ARandomPolicyOfAnotherMeaningIsFound, ()) {
  const Policy compiled = (*testing::random_policy()).policy();
  const Policy meant = (*testing::random_policy()).policy();
  const Verification proof =
      verify_proxy(meant, Os::linux, lower_proxy(compiled, Os::linux, Sources()).artifacts);
  for (const Request& request : testing::all_requests()) {
    if (request.operation != Operation::connect) continue;
    const Effect one = decide(compiled, Os::linux, request).verdict;
    if (one != decide(meant, Os::linux, request).verdict) RC_ASSERT(!proof.holds());
  }
  for (const Disagreement& found : proof_about(proof, Operation::connect).disagreements) {
    const Request request = terse_request("connect " + found.witness);
    const Decision was = decide(compiled, Os::linux, request);
    const Decision is = decide(meant, Os::linux, request);
    RC_ASSERT(is.verdict == found.policy_says);
    RC_ASSERT(was.verdict != is.verdict || was.deciding != is.deciding);
  }
}

TEST(VerifyProxy, AListOfAHundredThousandNamesIsQuick) {
  std::string lines;
  for (int i = 0; i < 100'000; ++i) {
    lines += "h" + std::to_string(i) + (i % 3 == 0 ? ".ads.site" : ".site") +
             std::to_string(i % 999) + ".example\n";
  }
  const Policy policy = policy_with_list(lines, {"allow connect *.example"});
  const auto artifacts = lower_proxy(policy, Os::linux, Sources()).artifacts;
  const auto start = std::chrono::steady_clock::now();
  const Verification proof = verify_proxy(policy, Os::linux, artifacts);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_TRUE(proof.holds()) << in_words(proof);
  EXPECT_LT(took.count(), 20) << "without optimisation and with sanitizers, on a busy machine";
}

// Disagreements that were reported of other tools: an allow that something generated overrides,
// `*.name` that is taken for the name too or for nothing, a suffix without a label's boundary.
TEST(VerifyProxy, FindsWhatWentWrongElsewhere) {
  struct Case {
    const char* meant;
    std::initializer_list<std::string_view> written;
    const char* witness;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"allow connect api.a.com",
            {"allow connect api.a.com", "deny connect *.a.com"},
            "api.a.com:80"},
           {"deny connect *.a.com",
            {"allow connect *:443 because all", "deny connect a.com"},
            "a.a.com:443"},
           {"allow connect *.a.com", {"allow connect *.a.com, a.com"}, "a.com:80"},
           {"allow connect *.a.com", {"allow connect a.com"}, "a.a.com:80"},
           {"allow connect a.com", {"allow connect a.com", "allow connect ba.com"}, "ba.com:80"}}) {
    SCOPED_TRACE(one.meant);
    const Policy meant = terse_policy({one.meant});
    Policy written;
    for (const std::string_view rule : one.written) add_rule(written, terse_rule(rule));
    const Verification proof =
        verify_proxy(meant, Os::linux, lower_proxy(written, Os::linux, Sources()).artifacts);
    std::vector<std::string> witnesses;
    for (const Disagreement& found : proof_about(proof, Operation::connect).disagreements) {
      witnesses.push_back(found.witness);
    }
    EXPECT_THAT(witnesses, ::testing::Contains(one.witness)) << in_words(proof);
  }
}

TEST(VerifyProxy, NeedsBothFiles) {
  auto artifacts = lower_proxy(Policy(), Os::linux, Sources()).artifacts;
  artifacts.pop_back();
  const Verification proof = verify_proxy(Policy(), Os::linux, artifacts);
  EXPECT_FALSE(proof.holds());
  ASSERT_TRUE(proof.unreadable);
  EXPECT_EQ(proof.unreadable->message, "`hosts.json` is missing");
}

TEST(VerifyProxy, TakesTheFilesOfTheSystem) {
  const Policy policy =
      terse_policy({"allow connect a.com on linux", "allow connect b.com on macos"});
  std::vector<Artifact> artifacts;
  for (const Os os : {Os::linux, Os::macos}) {
    for (Artifact& one : lower_proxy(policy, os, Sources()).artifacts) {
      one.file.insert(one.file.rfind('.'), "." + std::string(name_of(os)));
      artifacts.push_back(std::move(one));
    }
  }
  for (const Os os : {Os::linux, Os::macos}) {
    EXPECT_TRUE(verify_proxy(policy, os, artifacts).holds());
  }
}

}  // namespace
}  // namespace sbxc
