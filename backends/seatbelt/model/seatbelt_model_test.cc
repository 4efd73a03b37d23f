#include "backends/seatbelt/model/seatbelt_model.h"

#include <gtest/gtest.h>

#include "backends/seatbelt/resolved_policy.h"
#include "backends/seatbelt/seatbelt.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc {
namespace {

SeatbeltModel model_of(std::string_view text) {
  const auto made = seatbelt::ResolvedPolicy::of(text);
  const Lowered lowered = lower_seatbelt(made.policy, made.sources, {});
  for (const Artifact& artifact : lowered.artifacts) {
    if (artifact.file != "profile.sb") continue;
    auto model = SeatbeltModel::of(artifact.bytes);
    if (!model) throw std::runtime_error(model.error());
    return std::move(*model);
  }
  throw std::runtime_error("there is no profile");
}

const char* kPolicy =
    "sbx 1\n"
    "allow read /Users/alice/work/**, /tmp/x\n"
    "allow write /Users/alice/work/out/**\n"
    "deny read /Users/alice/work/**/.env\n"
    "allow exec /Users/alice/work/tool\n"
    "on macos { allow mach com.example.log }\n"
    "allow socket /Users/alice/work/a.sock\n"
    "allow listen localhost:3000 accept widened \"all addresses\"\n"
    "allow connect example.com\n";

bool lets(const SeatbeltModel& model, std::string_view request) {
  std::string why;
  const auto answers = model.answers(terse_request(request), why);
  EXPECT_FALSE(answers.empty()) << request << ": " << why;
  EXPECT_EQ(lets_any(answers), lets_main(answers)) << request;
  return lets_main(answers);
}

TEST(SeatbeltModel, AnswersAsThePolicyDecides) {
  const SeatbeltModel model = model_of(kPolicy);
  EXPECT_TRUE(lets(model, "read /Users/alice/work/a"));
  EXPECT_FALSE(lets(model, "read /Users/alice/work/a/.env"));
  EXPECT_FALSE(lets(model, "read /Users/alice/.ssh/id"));
  EXPECT_TRUE(lets(model, "write /Users/alice/work/out/a"));
  EXPECT_FALSE(lets(model, "write /Users/alice/work/a"));
  EXPECT_TRUE(lets(model, "exec /Users/alice/work/tool"));
  EXPECT_FALSE(lets(model, "exec /Users/alice/work/out/a"));
  EXPECT_TRUE(lets(model, "socket /Users/alice/work/a.sock"));
  EXPECT_FALSE(lets(model, "socket /Users/alice/work/b.sock"));
  EXPECT_TRUE(lets(model, "mach com.example.log"));
  EXPECT_FALSE(lets(model, "mach com.apple.SecurityServer"));
  EXPECT_TRUE(lets(model, "listen 127.0.0.1:3000"));
  EXPECT_FALSE(lets(model, "listen 127.0.0.1:3001"));
}

TEST(SeatbeltModel, LetsNobodyConnectButToTheProxy) {
  const SeatbeltModel model = model_of(kPolicy);
  for (const char* request : {"connect example.com:443", "connect 192.0.2.7:80",
                              "connect 127.0.0.1:5432", "connect [::1]:5432"}) {
    EXPECT_FALSE(lets(model, request)) << request;
  }
  EXPECT_TRUE(lets(model, "connect 127.0.0.1:58231"));
}

TEST(SeatbeltModel, SaysWhoDecidesWhatAProfileDoesNot) {
  const SeatbeltModel model = model_of(kPolicy);
  std::string why;
  EXPECT_TRUE(model.answers(terse_request("env PATH"), why).empty());
  EXPECT_EQ(why, "the launcher chooses the variables");
  EXPECT_TRUE(model.answers(terse_request("socket @bus"), why).empty());
  EXPECT_EQ(why, "abstract sockets are Linux's");
}

TEST(SeatbeltModel, RefusesAProfileThatWouldNotCompile) {
  const auto model = SeatbeltModel::of("(version 1)\n(allow file-read* (subpath");
  ASSERT_FALSE(model);
  EXPECT_TRUE(model.error().starts_with("profile.sb:")) << model.error();
}

TEST(SeatbeltModel, SpellsPathsAsMacosDoes) {
  const Policy spelt = as_the_model_spells(terse_policy({"allow read /tmp/x"}));
  EXPECT_EQ(decide(spelt, Os::macos, terse_request("read /private/tmp/x")).verdict, Effect::allow);
}

}  // namespace
}  // namespace sbxc
