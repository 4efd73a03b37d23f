// The adapters that sbxc carries: each can be read, and those of bubblewrap, which is here wherever
// these tests run, are told apart by one attempt.
#include <gtest/gtest.h>

#include "conformance/suite/adapter.h"
#include "conformance/suite/suite_for_test.h"

namespace sbxc::conform {
namespace {

Adapter carried(std::string_view name) {
  for (const EmbeddedFile& file : adapter_files()) {
    if (file.name != name) continue;
    auto adapter = read_adapter(std::string(name), file.text);
    if (adapter) return std::move(*adapter);
    ADD_FAILURE() << in_words(adapter.error());
  }
  ADD_FAILURE() << "there is no adapter " << name;
  return {};
}

TEST(CarriedAdapters, AreWithoutMistakesAndSayWhichVersionWasTried) {
  ASSERT_GE(adapter_files().size(), 4U);
  for (const EmbeddedFile& file : adapter_files()) {
    const Adapter adapter = carried(file.name);
    EXPECT_EQ(adapter.name, file.name);
    EXPECT_FALSE(adapter.version.empty()) << file.name;
    EXPECT_EQ(adapter.command.back(), "{command}") << file.name;
  }
}

// A word that is not known stays as it is, braces and all.
TEST(CarriedAdapters, UseNoWordThatNobodyReplaces) {
  const testing::ScratchDirectory scratch;
  const StagePlan plan = small_plan();
  for (const EmbeddedFile& file : adapter_files()) {
    const std::string place = scratch.path() + "/" + std::string(file.name);
    const auto stage = Stage::make(place, {plan, probe_program(), {}});
    ASSERT_TRUE(stage) << in_words(stage.error());
    const auto words = adapted(carried(file.name), *stage, {"attempt"});
    ASSERT_TRUE(words) << in_words(words.error());
    EXPECT_EQ(words->back(), "attempt");
    for (const std::string& word : *words) EXPECT_EQ(word.find('{'), std::string::npos) << word;
    for (const Adapter::File& each : carried(file.name).files) {
      const std::string text = testing::read_whole(place + "/adapter/" + each.name);
      for (const char* unknown :
           {"{home", "{work", "{outside", "{tmp", "{stage", "{uid", "{file"}) {
        EXPECT_EQ(text.find(unknown), std::string::npos) << file.name << ": " << unknown;
      }
    }
  }
}

#ifdef __linux__
ProbeOutcome outcome_with(const std::string& toml, std::string_view sandbox) {
  Settings settings;
  settings.plan = embedded_plan();
  settings.sandbox = carried(sandbox);
  settings.probe_program = probe_program();
  auto run = run_probes(entries_of(toml), settings);
  if (run && run->outcomes.size() == 1) return std::move(run->outcomes.front());
  ADD_FAILURE() << (run ? "there is not one outcome" : in_words(run.error()));
  return {};
}

TEST(CarriedAdapters, OfBubblewrapDifferByWhatTheyHide) {
  const std::string reads_key = probe("TST-001", "cat \"$home/.ssh/id_ed25519\"",
                                      "evidence = \"secret:home/.ssh/id_ed25519\"");
  EXPECT_EQ(kind(outcome_with(reads_key, "bwrap-naive")), VerdictKind::escaped);
  const ProbeOutcome hidden = outcome_with(reads_key, "bwrap-sensible");
  EXPECT_EQ(kind(hidden), VerdictKind::blocked) << detail_of(hidden.verdict) << hidden.said;
  const std::string plants = probe("TST-002", "echo x > \"$work/.git/config\"",
                                   "evidence = \"changed:home/work/.git/config\"");
  EXPECT_EQ(kind(outcome_with(plants, "bwrap-naive")), VerdictKind::escaped);
  EXPECT_EQ(kind(outcome_with(plants, "bwrap-sensible")), VerdictKind::blocked);
  const std::string works =
      probe("OKS-901", "echo $nonce > made", "evidence = \"changed:home/work/made\"");
  for (const char* name : {"bwrap-naive", "bwrap-sensible"}) {
    EXPECT_EQ(kind(outcome_with(works, name)), VerdictKind::works) << name;
  }
}
#endif

}  // namespace
}  // namespace sbxc::conform
