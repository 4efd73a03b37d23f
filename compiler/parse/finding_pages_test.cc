// The pages of the findings that the parser reports show what really happens: the first ```sbx
// block of a page gives the message in its ```text block, and that alone.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "compiler/diag/render.h"
#include "compiler/parse/parse.h"

namespace sbxc {
namespace {

bool is_ours(const KindFacts& facts) {
  const auto number = static_cast<uint16_t>(facts.kind);
  return number > 1000 && number < 2000;
}

// Their examples hold what cannot be shown in a page.
const std::set<std::string_view> kNotShowable = {"not-utf8", "nul-byte", "hidden-character",
                                                 "word-too-long"};

std::vector<KindFacts> shown_kinds() {
  std::vector<KindFacts> out;
  for (const KindFacts& facts : all_kinds()) {
    if (is_ours(facts) && !kNotShowable.contains(facts.slug)) out.push_back(facts);
  }
  return out;
}

std::string block_of(const std::string& page, const std::string& language) {
  const std::string opening = "```" + language + "\n";
  const size_t start = page.find(opening);
  if (start == std::string::npos) return {};
  const size_t text = start + opening.size();
  return page.substr(text, page.find("```", text) - text);
}

class FindingPage : public testing::TestWithParam<KindFacts> {};

TEST_P(FindingPage, ShowsWhatReallyHappens) {
  const std::string path =
      std::string(SBXC_SOURCE_DIR "/docs/findings/") + std::string(GetParam().slug) + ".md";
  std::ifstream in(path);
  std::stringstream page;
  page << in.rdbuf();
  Sources sources;
  Diagnostics diagnostics;
  parse(sources, sources.add("policy.sbx", block_of(page.str(), "sbx")), diagnostics);
  EXPECT_EQ(render(diagnostics, sources, {}), block_of(page.str(), "text")) << path;
  EXPECT_NE(block_of(page.str(), "text").find(id_of(GetParam().kind)), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Parse, FindingPage, testing::ValuesIn(shown_kinds()),
                         [](const testing::TestParamInfo<KindFacts>& it) {
                           std::string name(it.param.slug);
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace sbxc
