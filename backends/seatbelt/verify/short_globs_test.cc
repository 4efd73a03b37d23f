// Every glob up to five atoms against every canonical path up to six bytes: the reference matcher
// and the profile that is emitted and read back say the same.
// Hundreds of globs share one profile, each below a directory of its own.
// compiler/decisions and backends/path_table hold the other forms of a glob to the same reference.
#include <gtest/gtest.h>

#include "backends/seatbelt/seatbelt.h"
#include "backends/seatbelt/verify/profile_decisions.h"
#include "compiler/automata/domains.h"
#include "compiler/pattern/reference_matcher.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc::sbpl {
namespace {

constexpr size_t kGlobsInOneProfile = 250;

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
  sbxc::Rule rule = terse_rule("allow read /");
  rule.patterns.clear();
  for (size_t n = 0; n < globs.size(); ++n) {
    auto pattern = parse_path_pattern(PatternText::plain(below(n, globs[n])));
    ASSERT_TRUE(pattern.has_value()) << globs[n];
    rule.patterns.push_back(std::move(*pattern));
  }
  policy.rules.push_back(std::move(rule));
  CompileOptions options;
  options.parameters["PROXY_PORT"] = "3128";
  const auto profile =
      Profile::compile(lower_seatbelt(policy, {}, {}).artifacts.at(0).bytes, options);
  ASSERT_TRUE(profile.has_value());
  const OperationId operation = find_operation("file-read-data").value();
  const auto decided = decisions_of(*profile, {.operation = operation,
                                               .subject = "path",
                                               .rest = {.vnode_type = "REGULAR-FILE"},
                                               .domain = &automata::canonical_paths()});
  ASSERT_TRUE(decided.has_value());
  for (size_t n = 0; n < globs.size(); ++n) {
    const auto expected = reference::compile(globs[n]);
    for (const std::string& path : paths) {
      const bool hit = reference::matches(expected, path);
      const std::string asked = below(n, path);
      const bool given = decided->decide(asked) == kAllows;
      ASSERT_EQ(given, hit) << globs[n] << " on " << path;
      tally.matched += hit ? 1 : 0;
    }
    if (n % 25 != 0) continue;
    // Some as single requests, so that the automaton is not alone in saying so.
    const std::string asked = below(n, paths[n % paths.size()]);
    const Request request{.path = asked, .vnode_type = "REGULAR-FILE"};
    ASSERT_EQ(profile->decide(operation, request).verdict == Verdict::allow,
              reference::matches(expected, paths[n % paths.size()]))
        << globs[n] << " on " << asked;
  }
  tally.globs += globs.size();
}

// By the first atom, so that they can run side by side.
class ShortGlobs : public ::testing::TestWithParam<std::string> {};

TEST_P(ShortGlobs, ReadBackFromAProfileAreThoseOfTheReference) {  // L5
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
    if (batch.size() < kGlobsInOneProfile) continue;
    check_batch(batch, paths, tally);
    batch.clear();
  }
  check_batch(batch, paths, tally);
  EXPECT_GT(tally.globs, GetParam() == "**" ? 100U : 1000U);
  EXPECT_GT(tally.matched, 1000U);
}
INSTANTIATE_TEST_SUITE_P(ByFirstAtom, ShortGlobs,
                         ::testing::Values("a", "*", "**", "?", "[ab]", "{a,b}"),
                         [](const auto& param) { return "First" + std::to_string(param.index); });

}  // namespace
}  // namespace sbxc::sbpl
