// The list of escapes that are expected: what it may say, and whose outcomes it is told with. What
// becomes of a run by it is in conformance/report/gate_test.cc: an entry that no longer fails is an
// error.
#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "conformance/suite/suite_for_test.h"

namespace sbxc::conform {
namespace {

constexpr const char* kEntry = R"([[expected]]
id = "TST-001"
sandbox = "env"
reason = "it is no sandbox"
until = "2099-01-01"
)";

std::vector<ExpectedEntry> expected_of(const std::string& toml) {
  auto entries = read_expected("expected.toml", toml);
  if (entries) return std::move(*entries);
  ADD_FAILURE() << in_words(entries.error());
  return {};
}

std::string mistake(const std::string& toml) {
  const auto entries = read_expected("expected.toml", toml);
  return entries ? "none" : in_words(entries.error());
}

std::optional<ExpectedFailure> told_with(const std::string& list, const std::string& sandbox) {
  Settings settings;
  settings.plan = small_plan();
  settings.sandbox = *adapter_of_words(sandbox);
  settings.probe_program = probe_program();
  settings.expected = expected_of(list);
  const auto run = run_probes(entries_of(probe("TST-001", "echo $nonce > \"$outside/victim.txt\"",
                                               "evidence = \"changed:outside/victim.txt\"")),
                              settings);
  if (run && run->outcomes.size() == 1) return run->outcomes.front().expected_failure;
  ADD_FAILURE() << (run ? "there is not one outcome" : in_words(run.error()));
  return {};
}

TEST(Expected, IsToldWithTheOutcomeWhateverThatIs) {
  ASSERT_EQ(adapter_of_words("env")->name, "env");
  const auto escaped = told_with(kEntry, "env");
  ASSERT_TRUE(escaped);
  EXPECT_EQ(escaped->reason, "it is no sandbox");
  EXPECT_EQ(escaped->until, "2099-01-01");
  EXPECT_FALSE(told_with(kEntry, "false")) << "of another sandbox";
  EXPECT_FALSE(told_with("", "env"));
}

TEST(Expected, SaysWhatItIsAboutWhyAndHowLong) {
  EXPECT_EQ(mistake(kEntry), "none");
  EXPECT_EQ(mistake("[[expected]]\nid = \"TST-001\"\nuntil = \"1\"\n"),
            "expected.toml:1: `reason` is missing or empty");
  EXPECT_EQ(mistake("[[expected]]\nid = \"TST-001\"\nreason = \"r\"\n"),
            "expected.toml:1: `until` is missing or empty");
  EXPECT_EQ(mistake(std::string(kEntry) + "account = \"nobody\"\n"),
            "expected.toml:6: `nobody` is neither root nor user");
  EXPECT_EQ(mistake(std::string(kEntry) + "sytems = [\"linux\"]\n").substr(0, 33),
            "expected.toml:6: `sytems` is no k");
}

// As docs/conformance.md says. An entry of a probe that is gone would excuse nobody.
TEST(Expected, OfThisProgramIsAboutProbesThatThereAreAndNotAboutItsOwnSandbox) {
  std::set<std::string> probes;
  std::vector<ExpectedEntry> expected;
  bool there = false;
  for (const EmbeddedFile& file : manifest_files()) {
    if (file.name == "expected") {
      there = true;
      expected = expected_of(std::string(file.text));
    } else if (file.name != "stage") {
      for (const ManifestEntry& entry : entries_of(std::string(file.text))) {
        probes.insert(entry.probe.id);
      }
    }
  }
  EXPECT_TRUE(there) << "conformance/probes/expected.toml is gone";
  for (const ExpectedEntry& entry : expected) {
    EXPECT_TRUE(probes.contains(entry.probe)) << entry.probe;
    EXPECT_NE(entry.sandbox, "sbxc") << entry.probe;
  }
}

}  // namespace
}  // namespace sbxc::conform
