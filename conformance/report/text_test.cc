#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <cerrno>
#include <sstream>

#include "compiler/diag/printable.h"
#include "conformance/report/sample_run_for_test.h"
#include "conformance/report/wrapped.h"

namespace sbxc::conform {
namespace {

using testing::empty_run;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::Judged;
using ::testing::Not;
using testing::outcome;
using testing::sample_baseline;
using testing::sample_run;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(Text, OfARunThatFailedSaysHow) {
  conform::Run run = empty_run();
  run.policy = "agent.sbx";
  run.outcomes.push_back(
      outcome("FSR-001", "file reads",
              Escaped{{{"secret", "the secret of home/.ssh/id_ed25519 is in what it said"}}}));
  run.outcomes.push_back(outcome("FSR-002", "file reads", Blocked{Refusal{"open", EACCES}}));
  run.outcomes.push_back(outcome("PRC-005", "processes", Skipped{"it needs root"}));
  run.outcomes.push_back(outcome("PRC-006", "processes", Skipped{"it needs root"}));
  EXPECT_EQ(write_text(Judged(run).report(), {}),
            R"(sandbox  bwrap 0.8.0 under agent.sbx
command  bwrap --dev-bind / / --
machine  Linux 6.18.0 x86_64, as uid 1000 (someone)
run      seed 4711

category                    blocked works escaped hollow broken skipped timeout
file reads                        1     -       1      -      -       -       -
processes                         -     -       -      -      -       2       -
together                          1     -       1      -      -       2       -

escaped
  FSR-001 P0  a denied file, opened by its name
    the secret of home/.ssh/id_ed25519 is in what it said
    must be denied: read $home/.ssh/id_ed25519
    reference: own finding

skipped
  2: it needs root
      PRC-005, PRC-006

1 attempt was blocked, 0 things work as they should; 2 skipped; 61.2 s
it failed:
  1 attempt escaped
)");
}

TEST(Text, EndsWithWhatFollows) {
  conform::Run run = empty_run();
  EXPECT_THAT(write_text(Judged(run).report(), {}),
              EndsWith("nothing was tried:\n  no attempt was made\n"));
  run.outcomes.push_back(outcome("FSR-001", "file reads", Blocked{}));
  EXPECT_THAT(write_text(Judged(run).report(), {}), EndsWith("\nit held\n"));
  run.interrupted = true;
  EXPECT_THAT(write_text(Judged(run).report(), {}),
              EndsWith("this run cannot be believed:\n  it was interrupted before every probe had "
                       "its turn\n"));
}

TEST(Text, NamesEveryProbeThatHeldOnlyIfAsked) {
  const Judged judged(sample_run());
  EXPECT_THAT(write_text(judged.report(), {}), Not(HasSubstr("open: EACCES")));
  EXPECT_THAT(
      write_text(judged.report(), {.every_probe = true}),
      HasSubstr("  FSR-002 P0  a denied file, opened by its name\n    blocked: open: EACCES\n"));
}

TEST(Text, FitsInto80ColumnsWhateverStandsInIt) {
  const Judged judged(sample_run(), {}, sample_baseline());
  for (const std::string& line : lines_of(write_text(judged.report(), {.every_probe = true}))) {
    EXPECT_LE(display_width(line), 80U) << line;
    EXPECT_EQ(line.find_first_of("\x1b\r\x07"), std::string::npos) << line;
    EXPECT_EQ(find_invalid_utf8(line), std::string::npos) << line;
  }
}

TEST(Text, SaysTheNameOfASandboxOnce) {
  conform::Run run = empty_run();
  run.sandbox = {"sbxc", "sbxc 0.1.0", "sbxc run"};
  EXPECT_THAT(write_text(Judged(run).report(), {}), HasSubstr("sandbox  sbxc 0.1.0\n"));
}

TEST(Text, DemandsOfAPolicyThatItAllowsWhatHasToWork) {
  conform::Run run = empty_run();
  run.outcomes.push_back(outcome("OKS-001", "must work", Broken{"the shell did not start"}));
  run.outcomes[0].probe.must_work = true;
  EXPECT_THAT(write_text(Judged(run).report(), {}),
              HasSubstr("must be allowed: read $home/.ssh/id_ed25519\n"));
}

TEST(Text, IsColouredOnlyIfAsked) {
  const Judged judged(sample_run());
  EXPECT_THAT(write_text(judged.report(), {.color = true}), HasSubstr("\x1b[1;31mescaped\x1b[0m"));
  EXPECT_THAT(write_text(judged.report(), {}), Not(HasSubstr("\x1b")));
}

TEST(Text, TellsWhatOnlyTheBaselineKnows) {
  const Judged judged(sample_run(), {}, sample_baseline());
  const std::string text = write_text(judged.report(), {});
  EXPECT_THAT(text, HasSubstr("  FSR-900  held in `main.json`, and is not here\n"));
  EXPECT_THAT(text, HasSubstr("  UDS-002  it needs root; blocked in `main.json`, skipped here\n"));
  EXPECT_THAT(text, HasSubstr("note: the baseline differs: sandbox: `sbxc` there, `bwrap` here\n"));
}

RC_GTEST_PROP(Wrapped, KeepsEveryWordAndTheWidth, (const std::vector<std::string>& words)) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + printable(word);
  const std::string out = wrapped(text, 7, 40);
  std::string kept;
  bool first = true;
  for (const std::string& line : lines_of(out)) {
    RC_ASSERT(display_width(line) <= (first ? 33U : 40U));
    kept += first ? line : line.substr(7);
    first = false;
  }
  const auto without_spaces = [](std::string of) {
    std::erase(of, ' ');
    return of;
  };
  RC_ASSERT(without_spaces(kept) == without_spaces(text));
}

}  // namespace
}  // namespace sbxc::conform
