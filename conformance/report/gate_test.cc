#include "conformance/report/gate.h"

#include <gmock/gmock.h>

#include <cerrno>

#include "conformance/report/sample_run_for_test.h"

namespace sbxc::conform {
namespace {

using ::testing::ElementsAre;
using testing::empty_run;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::outcome;

const Verdict kBlocked = Blocked{Refusal{"open", EACCES}};
const Verdict kEscaped = Escaped{{{"changed", "x is another"}}};

Run run_of(std::vector<Verdict> verdicts) {
  conform::Run run = empty_run();
  for (Verdict& verdict : verdicts) {
    run.outcomes.push_back(
        outcome("X-" + std::to_string(run.outcomes.size()), "c", std::move(verdict)));
  }
  return run;
}

Standing standing(const Run& run, std::string_view fail_on = "escaped") {
  return judge(run, {.fail_on = *verdict_set(fail_on)}).standing;
}

TEST(Gate, HoldsARunInWhichEverythingIsBlockedOrWorksOrIsSkipped) {
  const Judgement judged = judge(run_of({kBlocked, Works{}, Skipped{"it needs root"}}), {});
  EXPECT_EQ(judged.standing, Standing::held);
  EXPECT_THAT(judged.because, IsEmpty());
}

TEST(Gate, FailsARunWithOneEscape) {
  const Judgement judged = judge(run_of({kBlocked, kEscaped}), {});
  EXPECT_EQ(judged.standing, Standing::failed);
  EXPECT_THAT(judged.because, ElementsAre("1 attempt escaped"));
}

TEST(Gate, DoesNotBelieveARunWhateverItBlockedIfOneThingIsInDoubt) {
  for (const Verdict& doubt :
       {Verdict(Hollow{"x"}), Verdict(Broken{"x"}), Verdict(TimedOut{Milliseconds(2)})}) {
    EXPECT_EQ(standing(run_of({kBlocked, kBlocked, doubt})), Standing::not_believed);
  }
  conform::Run interrupted = run_of({kBlocked});
  interrupted.interrupted = true;
  EXPECT_EQ(standing(interrupted), Standing::not_believed);
}

TEST(Gate, PutsAnEscapeBeforeADoubtAndTellsBoth) {
  const Judgement judged = judge(run_of({Hollow{"x"}, kEscaped, kEscaped}), {});
  EXPECT_EQ(judged.standing, Standing::failed);
  EXPECT_THAT(judged.because, ElementsAre("2 attempts escaped", HasSubstr("1 attempt was hollow")));
}

TEST(Gate, HasNothingToSayWhereNothingWasTried) {
  EXPECT_EQ(standing(run_of({})), Standing::ran_nothing);
  EXPECT_EQ(standing(run_of({Skipped{"it needs root"}})), Standing::ran_nothing);
}

// A policy that allows everything leaves nothing to be tried, and what must work works.
TEST(Gate, DoesNotTakeWhatMustWorkForAnAttempt) {
  conform::Run run = run_of({Works{}, Skipped{"the policy allows it"}});
  run.outcomes.front().probe.must_work = true;
  EXPECT_EQ(standing(run), Standing::ran_nothing);
  run.outcomes.pop_back();
  EXPECT_EQ(standing(run), Standing::held);
  run.outcomes.push_back(outcome("X-9", "c", kBlocked));
  EXPECT_EQ(standing(run), Standing::held);
}

TEST(Gate, FailsOnWhatItIsTold) {
  EXPECT_EQ(standing(run_of({kBlocked, Skipped{"x"}}), "skipped"), Standing::failed);
  EXPECT_EQ(standing(run_of({kBlocked, Hollow{"x"}}), "hollow,broken"), Standing::failed);
  EXPECT_EQ(standing(run_of({kBlocked, kEscaped}), "none"), Standing::held);
  EXPECT_EQ(standing(run_of({kBlocked, Broken{"x"}}), "none"), Standing::not_believed);
}

TEST(Gate, KnowsNoOtherWordsToFailOn) {
  for (const char* wrong : {"", "blocked", "works", "escaped,", "Escaped", "escaped hollow", ",",
                            "none,escaped", "escape"}) {
    EXPECT_FALSE(verdict_set(wrong)) << wrong;
  }
}

TEST(Gate, LetsAnEscapeThroughThatIsExpected) {
  conform::Run run = run_of({kBlocked, kEscaped});
  run.outcomes[1].expected_failure = ExpectedFailure{"the makers know", "2026-12-31"};
  EXPECT_EQ(standing(run), Standing::held);
}

TEST(Gate, FailsOnAnExpectationThatIsStale) {
  conform::Run run = run_of({kBlocked, kEscaped});
  run.outcomes[1].expected_failure = ExpectedFailure{"the makers know", "2026-03-03"};
  Judgement judged = judge(run, {});
  EXPECT_EQ(judged.standing, Standing::failed) << "until yesterday";
  run.outcomes[1].expected_failure->until = "2026-03-04";
  EXPECT_EQ(standing(run), Standing::held) << "until today";
  run.outcomes[1].expected_failure->until = "0.9";
  EXPECT_EQ(standing(run), Standing::held) << "a version, which only a person can judge";
  run.outcomes[0].expected_failure = ExpectedFailure{"mended", "2030-01-01"};
  judged = judge(run, {});
  EXPECT_EQ(judged.standing, Standing::failed);
  EXPECT_THAT(judged.because, ElementsAre(HasSubstr("X-0: ")));
}

TEST(Gate, ExcusesNothingButEscapes) {
  conform::Run run = run_of({Hollow{"x"}, Broken{"x"}});
  for (ProbeOutcome& each : run.outcomes)
    each.expected_failure = ExpectedFailure{"x", "2030-01-01"};
  EXPECT_EQ(standing(run), Standing::not_believed);
}

TEST(Verdicts, HaveNamesThatCanBeReadBack) {
  for (const VerdictKind kind : kVerdictKinds) EXPECT_EQ(verdict_kind(name_of(kind)), kind);
  EXPECT_EQ(kind_of(kBlocked), VerdictKind::blocked);
  EXPECT_EQ(kind_of(TimedOut{}), VerdictKind::timeout);
  EXPECT_EQ(detail_of(kBlocked), "open: EACCES");
  EXPECT_EQ(detail_of(Blocked{Refusal{"x", 123456}}), "x: errno 123456");
}

}  // namespace
}  // namespace sbxc::conform
