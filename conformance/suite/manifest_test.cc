// What the manifest may say, and how mistakes in it are told.
#include "conformance/suite/manifest.h"

#include <gtest/gtest.h>

#include "conformance/suite/machine.h"
#include "conformance/suite/machine_features.h"
#include "conformance/suite/prop.h"
#include "conformance/suite/suite_for_test.h"

namespace sbxc::conform {
namespace {

const std::string kWhole = R"([[probe]]
id = "FSR-001"
title = "a denied file"
category = "file reads"
systems = ["linux", "macos"]
priority = 0
reference = "own finding"
about = ["read $home/.ssh/id_ed25519"]
evidence = "secret:home/.ssh/id_ed25519"
expect = ["EACCES", "EPERM"]
)";

std::string mistake(const std::string& toml) {
  const auto entries = read_manifest("probes.toml", toml);
  return entries ? "none" : in_words(entries.error());
}

// The whole one with a line in place of another.
std::string with(const std::string& line, const std::string& other) {
  std::string text = kWhole;
  const size_t at = text.find(line);
  EXPECT_NE(at, std::string::npos) << line;
  return text.replace(at, line.size(), other);
}

TEST(Manifest, ReadsWhatAProbeIs) {
  const auto entries = read_manifest("probes.toml", kWhole);
  ASSERT_TRUE(entries) << in_words(entries.error());
  ASSERT_EQ(entries->size(), 1U);
  const ManifestEntry& entry = entries->front();
  EXPECT_EQ(entry.probe.id, "FSR-001");
  EXPECT_EQ(entry.probe.priority, 0U);
  EXPECT_EQ(entry.evidence.front().kind, "secret");
  EXPECT_EQ(entry.evidence.front().what, "home/.ssh/id_ed25519");
  EXPECT_EQ(entry.at.line, 1U);
  EXPECT_FALSE(entry.probe.must_work);
}

TEST(Manifest, TellsEachMistakeWithItsPlace) {
  EXPECT_EQ(mistake("[[probe\n").substr(0, 14), "probes.toml:1:");
  EXPECT_EQ(mistake(with("priority = 0", "prioriti = 0")).substr(0, 42),
            "probes.toml:6: `prioriti` is no key here\nh");
  EXPECT_EQ(mistake(with("\"FSR-001\"", "\"fsr 1\"")),
            "probes.toml:2: `fsr 1` is no id\nhelp: ids are a group and three digits: `FSR-001`");
  EXPECT_EQ(mistake(with("priority = 0", "priority = 7")),
            "probes.toml:6: `priority` must be a number from 0 to 2");
  EXPECT_EQ(mistake(with("\"macos\"", "\"windows\"")),
            "probes.toml:5: `windows` is no system\nhelp: systems are linux, macos");
  EXPECT_EQ(mistake(with("secret:home", "scent:home")).substr(0, 48),
            "probes.toml:9: `scent` is no kind of evidence\nhe");
  EXPECT_EQ(mistake(with("secret:home/.ssh/id_ed25519", "secret")),
            "probes.toml:9: `secret` says not of what\nhelp: write `secret:…`");
  EXPECT_EQ(mistake(with("\"read $home", "\"smell $home")).substr(0, 31),
            "probes.toml:8: `smell $home/.ss");
  EXPECT_EQ(mistake(with("\"EPERM\"", "\"EPERN\"")), "probes.toml:10: `EPERN` is no error's name");
  EXPECT_EQ(mistake(kWhole + "needs = [\"feature:wings\"]\n"),
            "probes.toml:11: nothing is known of `feature:wings`");
  EXPECT_EQ(mistake(kWhole + "runner = \"sh\"\n"),
            "probes.toml:1: `runner` and `script` go together");
  EXPECT_EQ(mistake(with("title = \"a denied file\"\n", "")),
            "probes.toml:1: `title` is missing or empty");
}

TEST(Manifest, RefusesAnIdTwiceAndAPropThatIsNone) {
  const auto one = entries_of(kWhole);
  const auto twice = joined({one, one}, small_plan());
  ASSERT_FALSE(twice);
  EXPECT_EQ(in_words(twice.error()),
            "test.toml:1: `FSR-001` is there twice\nhelp: the other is test.toml:1");
  const auto prop = joined({entries_of(kWhole + "props = [\"wand\"]\n")}, small_plan());
  ASSERT_FALSE(prop);
  EXPECT_EQ(in_words(prop.error()), "test.toml:1: `wand` is no prop, and no set of the stage");
}

TEST(Manifest, KnowsTheFeaturesOfEverySystem) {
  for (const FeatureRow& row : feature_rows()) {
    EXPECT_TRUE(is_need("feature:" + std::string(row.name))) << row.name;
    EXPECT_EQ(row.look().name, row.name);
    EXPECT_FALSE(row.look().evidence.empty()) << row.name;
  }
}

TEST(Manifest, OfThisProgramIsWithoutMistakes) {
  std::vector<std::vector<ManifestEntry>> parts;
  for (const EmbeddedFile& file : manifest_files()) {
    if (file.name == "stage" || file.name == "expected") continue;
    auto entries = read_manifest(std::string(file.name) + ".toml", file.text);
    ASSERT_TRUE(entries) << in_words(entries.error());
    parts.push_back(std::move(*entries));
  }
  const auto all = joined(std::move(parts), embedded_plan());
  ASSERT_TRUE(all) << in_words(all.error());
  EXPECT_GE(all->size(), 280U);
}

TEST(Expected, NamesAProbeASandboxAndWhy) {
  const auto entries = read_expected("expected.toml", R"([[expected]]
id = "PER-010"
sandbox = "srt"
reason = "documented by its makers"
until = "2027-01-01"
)");
  ASSERT_TRUE(entries) << in_words(entries.error());
  EXPECT_TRUE(applies(entries->front(), "PER-010", "srt"));
  EXPECT_FALSE(applies(entries->front(), "PER-010", "sbxc"));
  EXPECT_FALSE(applies(entries->front(), "PER-011", "srt"));
}

}  // namespace
}  // namespace sbxc::conform
