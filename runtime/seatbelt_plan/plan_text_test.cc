#include "runtime/seatbelt_plan/plan_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "backends/seatbelt/resolved_policy.h"

namespace sbxc::seatbelt {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

RunPlan plan() {
  const ResolvedPolicy resolved = ResolvedPolicy::of(
      "sbx 1\npolicy small\nallow read /usr/**\nallow connect a.example:443\nlimit time 60s, "
      "open-files 99\nset env A = \"1\"\nset env DYLD_X = \"2\"\n");
  return plan_seatbelt_run(resolved.policy, resolved.sources,
                           {.mark = "k3y",
                            .environment = {},
                            .command = {"make", "a\nb"},
                            .directory = "/Users/alice/work"});
}

TEST(PlanText, TellsWhatACommandWouldGet) {
  const std::string text = plan_text(plan());
  EXPECT_THAT(text, StartsWith("policy      small\n"
                               "command     make a\\x0ab\n"
                               "starts in   /Users/alice/work\n"
                               "terminal    one of its own, if standard input, output or error is "
                               "one\n"));
  EXPECT_THAT(text, HasSubstr("network     a proxy on a port of 127.0.0.1, which is all that can "
                              "be reached\n"
                              "limits      open-files 99: RLIMIT_NOFILE: of each process\n"
                              "            time 60: the supervisor ends the sandbox then\n"
                              "environment A\n"
                              "withheld    DYLD_X\n\n;; The macOS sandbox profile"));
}

TEST(PlanJson, HoldsTheProfileAndTheValues) {
  const auto json = nlohmann::json::parse(plan_json(plan()));
  EXPECT_EQ(json["format"], "sbxc-seatbelt-plan");
  EXPECT_EQ(json["command"], (nlohmann::json{"make", "a\nb"}));
  EXPECT_EQ(json["environment"], (nlohmann::json{{"A", "1"}}));
  EXPECT_EQ(json["limits"].size(), 2U);
  EXPECT_EQ(json["profile"], plan().profile);
}

}  // namespace
}  // namespace sbxc::seatbelt
