// Every glob up to five atoms against every canonical path up to six bytes: the reference matcher,
// the decision automaton and the path table say the same. Hundreds of globs share one policy, each
// below a directory of its own, so that thousands of automata are built together.
#include <gtest/gtest.h>

#include <cstring>

#include "backends/path_table/path_table_builder.h"
#include "compiler/pattern/reference_matcher.h"
#include "compiler/policy/terse_policy.h"
#include "runtime/path_table/path_table.h"

namespace sbxc {
namespace {

constexpr size_t kGlobsInOnePolicy = 250;

std::vector<std::string> strings(const std::vector<std::string>& atoms, size_t most) {
  std::vector<std::string> all{""};
  for (size_t begin = 0, n = 0; n < most; ++n) {
    const size_t end = all.size();
    for (; begin < end; ++begin) {
      for (const std::string& atom : atoms) all.push_back(all[begin] + atom);
    }
  }
  return all;
}

// A glob or a path, below directory number `n`.
std::string below(size_t n, const std::string& text) {
  return "/g" + std::to_string(n) + (text == "/" ? "" : text);
}

struct Tally {
  size_t globs = 0;
  size_t matched = 0;
};

void check_batch(const std::vector<std::string>& globs, const std::vector<std::string>& paths,
                 Tally& tally) {
  Policy policy;
  Rule rule = terse_rule("allow read /");
  rule.patterns.clear();
  for (size_t n = 0; n < globs.size(); ++n) {
    auto pattern = parse_path_pattern(PatternText::plain(below(n, globs[n])));
    ASSERT_TRUE(pattern.has_value()) << globs[n];
    rule.patterns.push_back(std::move(*pattern));
  }
  policy.rules.push_back(std::move(rule));
  const auto decided = decisions_of(policy, Os::linux, Operation::read);
  ASSERT_TRUE(decided.has_value());
  const auto& dfa = std::get<automata::Dfa>(*decided);
  const auto bytes = build_path_table(policy, Os::linux);
  ASSERT_TRUE(bytes.has_value());
  std::vector<uint64_t> words(bytes->size() / 8 + 1);
  std::memcpy(words.data(), bytes->data(), bytes->size());
  path_table::PathTable table;
  ASSERT_EQ(path_table::PathTable::view(
                {reinterpret_cast<const uint8_t*>(words.data()), bytes->size()}, table),
            path_table::Error::none);
  for (size_t n = 0; n < globs.size(); ++n) {
    const auto expected = reference::compile(globs[n]);
    for (const std::string& path : paths) {
      const bool hit = reference::matches(expected, path);
      const std::string asked = below(n, path);
      ASSERT_EQ(effect_of(dfa.decide(asked)) == Effect::allow, hit) << globs[n] << " on " << path;
      ASSERT_EQ(table.decide(asked).read, hit) << globs[n] << " on " << path;
      tally.matched += hit ? 1 : 0;
    }
    ++tally.globs;
  }
}

// By the first atom, so that they can run side by side.
class Agreement : public ::testing::TestWithParam<std::string> {};

TEST_P(Agreement, OfReferenceAutomatonAndTableOnEveryShortGlob) {
  std::vector<std::string> paths;
  for (const std::string& text : strings({"a", "b", "/"}, 5)) {
    if (is_canonical_path("/" + text)) paths.push_back("/" + text);
  }
  Tally tally;
  std::vector<std::string> batch;
  for (const std::string& tail : strings({"a", "b", "/", "*", "**", "?", "[ab]", "{a,b}"}, 4)) {
    const std::string glob = "/" + GetParam() + tail;
    if (!parse_path_pattern(PatternText::plain(glob))) continue;
    batch.push_back(glob);
    if (batch.size() < kGlobsInOnePolicy) continue;
    check_batch(batch, paths, tally);
    batch.clear();
  }
  check_batch(batch, paths, tally);
  EXPECT_GT(tally.globs, GetParam() == "**" ? 100U : 1000U);
  EXPECT_GT(tally.matched, 1000U);
}
INSTANTIATE_TEST_SUITE_P(ShortGlobs, Agreement,
                         ::testing::Values("a", "*", "**", "?", "[ab]", "{a,b}"),
                         [](const auto& param) { return "First" + std::to_string(param.index); });

}  // namespace
}  // namespace sbxc
