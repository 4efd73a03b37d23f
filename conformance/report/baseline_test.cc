#include "conformance/report/baseline.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "conformance/report/sample_run_for_test.h"

namespace sbxc::conform {
namespace {

using ::testing::ElementsAre;
using testing::empty_run;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Judged;
using testing::outcome;
using ::testing::StartsWith;

Verdict verdict_of(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::blocked:
      return Blocked{};
    case VerdictKind::works:
      return Works{};
    case VerdictKind::escaped:
      return Escaped{{{"changed", "x"}}};
    case VerdictKind::hollow:
      return Hollow{"x"};
    case VerdictKind::broken:
      return Broken{"x"};
    case VerdictKind::skipped:
      return Skipped{"x"};
    case VerdictKind::timeout:
      return TimedOut{};
  }
  return Blocked{};
}

Run run_with(std::vector<BaselineVerdict> verdicts) {
  conform::Run run = empty_run();
  for (const BaselineVerdict& each : verdicts) {
    run.outcomes.push_back(outcome(each.id, "c", verdict_of(each.verdict)));
  }
  return run;
}

Baseline baseline_of(Run run) {
  const Judged judged(std::move(run));
  const Result<Baseline> read = read_baseline(write_json(judged.report()), "old.json");
  EXPECT_TRUE(read) << (read ? "" : read.error().message);
  return read ? *read : Baseline{};
}

std::vector<std::string> ids(const std::vector<VerdictChange>& changes) {
  std::vector<std::string> all;
  for (const VerdictChange& change : changes) all.push_back(change.id);
  return all;
}

TEST(Baseline, IsReadFromAReport) {
  const Baseline baseline =
      baseline_of(run_with({{"B", VerdictKind::blocked}, {"A", VerdictKind::timeout}}));
  EXPECT_EQ(baseline.sandbox, "bwrap");
  EXPECT_EQ(baseline.system, "linux");
  EXPECT_EQ(baseline.account, "user");
  ASSERT_EQ(baseline.verdicts.size(), 2U);
  EXPECT_EQ(baseline.verdicts[0].id, "A");
  EXPECT_EQ(baseline.verdicts[0].verdict, VerdictKind::timeout);
}

TEST(Baseline, IsNothingElse) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "is not what"},
      {"[]", "is not what"},
      {R"({"format": "sbxc-findings", "version": 1})", "is not what"},
      {R"({"format": 7})", "is not what"},
      {R"({"format": "sbxc-conformance"})", "version is not 1"},
      {R"({"format": "sbxc-conformance", "version": 2, "probes": []})", "version is not 1"},
      {R"({"format": "sbxc-conformance", "version": 1})", "no probes"},
      {R"({"format": "sbxc-conformance", "version": 1, "probes": []})", "no probes"},
      {R"({"format": "sbxc-conformance", "version": 1, "probes": [7]})", "no `id`"},
      {R"({"format": "sbxc-conformance", "version": 1, "probes": [{"id": "A"}]})", "no `id`"},
      {R"({"format": "sbxc-conformance", "version": 1, "probes": [{"id": "A", "verdict": "fine"}]})",
       "`fine` is no verdict"},
      {R"({"format": "sbxc-conformance", "version": 1, "probes": [{"id": "A", "verdict": "blocked"},
          {"id": "A", "verdict": "escaped"}]})",
       "two verdicts on `A`"}};
  for (const auto& [text, why] : wrong) {
    const Result<Baseline> read = read_baseline(text, "old.json");
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message, StartsWith("`old.json` is nothing to compare with: "));
    EXPECT_THAT(read.error().message, HasSubstr(why)) << text;
  }
}

TEST(Baseline, HoldsWhatHeldToHoldAgain) {
  const Baseline baseline = baseline_of(run_with({{"A", VerdictKind::blocked},
                                                  {"B", VerdictKind::blocked},
                                                  {"C", VerdictKind::works},
                                                  {"D", VerdictKind::escaped},
                                                  {"E", VerdictKind::hollow}}));
  const Comparison compared = compare(baseline, run_with({{"A", VerdictKind::escaped},
                                                          {"B", VerdictKind::skipped},
                                                          {"C", VerdictKind::works},
                                                          {"D", VerdictKind::blocked},
                                                          {"E", VerdictKind::escaped},
                                                          {"F", VerdictKind::escaped}}));
  EXPECT_THAT(ids(compared.worse), ElementsAre("A", "B"));
  EXPECT_THAT(ids(compared.better), ElementsAre("D"));
  EXPECT_THAT(compared.added, ElementsAre("F"));
  EXPECT_THAT(compared.missing, IsEmpty());
  EXPECT_FALSE(compared.no_worse());
  EXPECT_EQ(worse_than_before(&compared, "B")->now, VerdictKind::skipped);
  EXPECT_EQ(worse_than_before(&compared, "C"), nullptr);
}

TEST(Baseline, IsNotHeldByProbesThatAreGone) {
  const Baseline baseline =
      baseline_of(run_with({{"A", VerdictKind::blocked}, {"B", VerdictKind::escaped}}));
  conform::Run run = run_with({{"C", VerdictKind::blocked}});
  EXPECT_THAT(compare(baseline, run).missing, ElementsAre("A"));
  EXPECT_FALSE(compare(baseline, run).no_worse());
  run.shard = {1, 2};
  EXPECT_TRUE(compare(baseline, run).no_worse());
  EXPECT_EQ(compare(baseline, run).not_asked, 1U);
  run.shard = {};
  run.only = {"C*"};
  EXPECT_TRUE(compare(baseline, run).no_worse());
}

TEST(Baseline, FailsARunThatIsWorseThoughNothingEscaped) {
  const Baseline baseline = baseline_of(run_with({{"A", VerdictKind::blocked}}));
  const Judged judged(run_with({{"A", VerdictKind::skipped}, {"B", VerdictKind::blocked}}), {},
                      baseline);
  EXPECT_EQ(judged.judgement.standing, Standing::failed);
  EXPECT_THAT(judged.judgement.because,
              ElementsAre("1 probe held in `old.json`, and does not here"));
}

TEST(Baseline, OfAnotherSandboxIsNoted) {
  conform::Run other = run_with({{"A", VerdictKind::blocked}});
  other.sandbox.name = "srt";
  other.account.uid = 0;
  const Comparison compared = compare(baseline_of(other), run_with({{"A", VerdictKind::blocked}}));
  EXPECT_THAT(compared.notes, ElementsAre("sandbox: `srt` there, `bwrap` here",
                                          "account: `root` there, `user` here"));
  EXPECT_TRUE(compared.no_worse());
}

RC_GTEST_PROP(Baseline, IsInclusionOfTheProbesThatHold, ()) {
  const auto verdicts = [] {
    std::vector<BaselineVerdict> all;
    for (const char* id : {"A", "B", "C", "D"}) {
      if (*rc::gen::arbitrary<bool>()) {
        all.push_back(
            {id, *rc::gen::elementOf(std::vector(kVerdictKinds.begin(), kVerdictKinds.end()))});
      }
    }
    return all;
  };
  const Baseline before{
      .name = "x", .system = {}, .sandbox = {}, .account = {}, .verdicts = verdicts()};
  const std::vector<BaselineVerdict> now = verdicts();
  const auto held = [](const std::vector<BaselineVerdict>& all) {
    std::vector<std::string> out;
    for (const auto& each : all) {
      if (holds(each.verdict)) out.push_back(each.id);
    }
    return out;
  };
  const auto a = held(before.verdicts);
  const auto b = held(now);
  RC_ASSERT(compare(before, run_with(now)).no_worse() ==
            std::includes(b.begin(), b.end(), a.begin(), a.end()));
}

}  // namespace
}  // namespace sbxc::conform
