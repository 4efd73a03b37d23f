// What lies below two paths, by the automaton and by trying many names.
#include "runtime/broker/table_judge.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>

#include "backends/path_table/path_table_builder.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc::broker {
namespace {

struct Judged {
  std::vector<uint64_t> words;
  path_table::PathTable table;
  std::unique_ptr<TableJudge> judge;

  explicit Judged(const std::vector<std::string>& rules) {
    Policy policy;
    for (const std::string& rule : rules) add_rule(policy, terse_rule(rule));
    const auto bytes = build_path_table(policy, Os::linux);
    EXPECT_TRUE(bytes.has_value());
    if (!bytes) return;
    words.resize(bytes->size() / 8 + 1);
    std::memcpy(words.data(), bytes->data(), bytes->size());
    EXPECT_EQ(path_table::PathTable::view(
                  {reinterpret_cast<const uint8_t*>(words.data()), bytes->size()}, table),
              path_table::Error::none);
    judge = std::make_unique<TableJudge>(table);
  }
};

TEST(TableJudge, ComparesWhatLiesBelowTwoPaths) {
  Judged box({"allow read /**", "allow write /w/**", "deny write /w/**/.git/hooks/**",
              "deny write /w/.git/config", "deny read /w/private/**"});
  TableJudge& judge = *box.judge;
  EXPECT_TRUE(judge.no_gain_below("/w/a", "/w/b", kAllRights));
  EXPECT_TRUE(judge.no_gain_below("/w/a", "/w/private", kAllRights));
  EXPECT_FALSE(judge.no_gain_below("/w/private", "/w/a", kAllRights));
  EXPECT_FALSE(judge.no_gain_below("/w/a/.git", "/w/a/git", kWriteOnly));
  EXPECT_TRUE(judge.no_gain_below("/w/a/.git", "/w/b/.git", kAllRights));
  EXPECT_FALSE(judge.no_gain_below("/w/.git", "/w/b/.git", kWriteOnly));
  EXPECT_TRUE(judge.no_gain_below("/w/.git", "/w/b/.git", {true, false, true}));
  // Not below: another name that begins like it.
  EXPECT_TRUE(judge.no_gain_below("/w/.gi", "/w/x", kAllRights));
  EXPECT_TRUE(judge.no_gain_below("/", "/", kAllRights));
  EXPECT_FALSE(judge.no_gain_below("/usr", "/w", kAllRights));
}

TEST(TableJudge, KnowsWhereAllBelowMayBeWritten) {
  Judged box({"allow write /w/**", "deny write /w/a/b/**", "allow write /open/**"});
  EXPECT_TRUE(box.judge->writable_below("/open"));
  EXPECT_TRUE(box.judge->writable_below("/open/x"));
  EXPECT_TRUE(box.judge->writable_below("/w/b"));
  EXPECT_FALSE(box.judge->writable_below("/w/a"));
  EXPECT_FALSE(box.judge->writable_below("/w"));
  EXPECT_FALSE(box.judge->writable_below("/"));
  EXPECT_FALSE(box.judge->writable_below("/elsewhere"));
}

TEST(TableJudge, WithoutATableAllowsNothing) {
  TableJudge judge{path_table::PathTable()};
  EXPECT_EQ(judge.at("/"), Rights());
  EXPECT_FALSE(judge.writable_below("/"));
  EXPECT_FALSE(judge.socket("/x"));
}

std::vector<std::string> names_up_to(int depth) {
  std::vector<std::string> out = {""};
  for (size_t i = 0; i < out.size(); ++i) {
    if (std::count(out[i].begin(), out[i].end(), '/') == depth) continue;
    for (const char* name : {"a", "b", "ab", "z"}) out.push_back(out[i] + "/" + name);
  }
  return out;
}

RC_GTEST_PROP(TableJudge, AgreesWithTryingEveryName, ()) {  // L8
  const auto name = rc::gen::element<std::string>("a", "b", "*", "**", "a*", "?");
  std::vector<std::string> rules;
  for (int i = 0, count = *rc::gen::inRange(1, 5); i < count; ++i) {
    std::string pattern;
    for (int j = 0, parts = *rc::gen::inRange(1, 5); j < parts; ++j) {
      const std::string part = *name;
      if (part != "**" || !pattern.ends_with("**")) pattern += "/" + part;
    }
    rules.push_back(*rc::gen::element<std::string>("allow write ", "deny write ", "allow read ",
                                                   "deny read ", "allow exec ") +
                    pattern);
  }
  const Judged box(rules);
  static const std::vector<std::string> paths = names_up_to(2);
  static const std::vector<std::string> suffixes = names_up_to(5);
  const auto path = rc::gen::elementOf(std::vector<std::string>(paths.begin() + 1, paths.end()));
  const std::string from = *path;
  const std::string to = *path;
  const Rights mask = *rc::gen::element(kAllRights, kWriteOnly);
  bool gains = false;
  bool writable = true;
  for (const std::string& suffix : suffixes) {
    const Rights here = box.judge->at(from + suffix);
    if (!suffix.empty()) writable = writable && here.write;
    gains = gains || !here.holds(box.judge->at(to + suffix).only(mask));
  }
  RC_ASSERT(box.judge->no_gain_below(from, to, mask) == !gains);
  RC_ASSERT(box.judge->writable_below(from) == writable);
}

}  // namespace
}  // namespace sbxc::broker
