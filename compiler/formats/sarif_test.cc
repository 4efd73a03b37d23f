#include "compiler/formats/sarif.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace sbxc::report {
namespace {

nlohmann::json parsed(const SarifLog& log) { return nlohmann::json::parse(write_sarif(log)); }

SarifLog one_result(SarifPlace place) {
  return {.version = "1.2.3",
          .documentation = {},
          .rules = {{.id = "SBX1", .name = "some-rule", .title = "a title", .help = "# A page\n"},
                    {.id = "SBX2", .name = "other", .title = "b", .help = {}}},
          .results = {{.rule = "SBX2", .message = "it says", .at = std::move(place)}}};
}

TEST(Sarif, NamesTheRuleOfEachResultByIdAndIndex) {
  const auto run = parsed(one_result({.file = "p.sbx", .begin = {1, 1}, .end = {1, 2}}))["runs"][0];
  EXPECT_EQ(run["results"][0]["ruleId"], "SBX2");
  EXPECT_EQ(run["results"][0]["ruleIndex"], 1);
  EXPECT_EQ(run["tool"]["driver"]["rules"][0]["name"], "SomeRule");
  EXPECT_EQ(run["tool"]["driver"]["rules"][0]["help"]["markdown"], "# A page\n");
  EXPECT_FALSE(run["tool"]["driver"]["rules"][1].contains("help"));
}

TEST(Sarif, LinksRulesToTheirPagesWhereTheDocumentationIsKnown) {
  SarifLog log = one_result({.file = "p.sbx", .begin = {1, 1}, .end = {1, 2}});
  EXPECT_FALSE(parsed(log)["runs"][0]["tool"]["driver"]["rules"][0].contains("helpUri"));
  log.documentation = "https://example.org/findings/";
  EXPECT_EQ(parsed(log)["runs"][0]["tool"]["driver"]["rules"][0]["helpUri"],
            "https://example.org/findings/some-rule.md");
}

TEST(Sarif, CountsColumnsInCharacters) {
  Sources sources;
  const FileId file = sources.add("p.sbx", "sbx 1\nallow read /\xC3\xA4/x\n");
  const Span x{file, static_cast<uint32_t>(sources.text(file).find('x', 6)),
               static_cast<uint32_t>(sources.text(file).find('x', 6) + 1)};
  const SarifPlace place = sarif_place(sources, x);
  EXPECT_EQ(place.begin, (LineColumn{2, 15})) << "the umlaut before it has two bytes";
  EXPECT_EQ(place.end, (LineColumn{2, 16}));
  EXPECT_EQ(parsed(one_result(place))["runs"][0]["columnKind"], "unicodeCodePoints");
}

TEST(Sarif, EncodesFileNamesAsUris) {
  const auto uri = [](const std::string& file) {
    return parsed(one_result({.file = file}))["runs"][0]["results"][0]["locations"][0]
                                             ["physicalLocation"]["artifactLocation"]["uri"]
                                                 .get<std::string>();
  };
  EXPECT_EQ(uri("a/b c%.sbx"), "a/b%20c%25.sbx");
  EXPECT_EQ(uri("std/node"), "sbxc:std/node") << "not a file of the checkout";
  EXPECT_EQ(uri("<stdin>"), "sbxc:%3Cstdin%3E");
}

TEST(Sarif, SaysWhenTheInputCouldNotBeUsed) {
  SarifLog log = one_result({.file = "p.sbx"});
  EXPECT_EQ(parsed(log)["runs"][0]["invocations"][0]["executionSuccessful"], true);
  log.succeeded = false;
  EXPECT_EQ(parsed(log)["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

TEST(Sarif, PutsOtherPlacesAndTheBaselineIntoAResult) {
  SarifLog log = one_result({.file = "p.sbx"});
  log.results[0].related = {{.file = "q.sbx", .text = "here too"}};
  log.results[0].baseline = "new";
  const auto result = parsed(log)["runs"][0]["results"][0];
  EXPECT_EQ(result["relatedLocations"][0]["message"]["text"], "here too");
  EXPECT_EQ(result["baselineState"], "new");
}

}  // namespace
}  // namespace sbxc::report
