// Every glob up to five atoms against every canonical path up to six bytes: the reference matcher,
// the decision automaton and the path table say the same.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>

#include "backends/path_table/path_table_builder.h"
#include "compiler/pattern/short_globs_for_test.h"
#include "compiler/policy/terse_policy.h"
#include "runtime/path_table/path_table.h"

namespace sbxc {
namespace {

using short_globs::Form;

// A table and the aligned bytes that it looks at.
struct LoadedTable {
  std::vector<uint64_t> words;
  path_table::PathTable table;

  explicit LoadedTable(const std::string& bytes) : words(bytes.size() / 8 + 1) {
    std::memcpy(words.data(), bytes.data(), bytes.size());
    EXPECT_EQ(path_table::PathTable::view(
                  {reinterpret_cast<const uint8_t*>(words.data()), bytes.size()}, table),
              path_table::Error::none);
  }
};

std::vector<Form> automaton_and_table(const std::vector<PathPattern>& globs) {
  Policy policy;
  Rule rule = terse_rule("allow read /");
  rule.patterns.assign(globs.begin(), globs.end());
  add_rule(policy, std::move(rule));
  const auto decided = decisions_of(policy, Os::linux, Operation::read);
  const auto bytes = build_path_table(policy, Os::linux);
  EXPECT_TRUE(decided.has_value() && bytes.has_value());
  if (!decided || !bytes) return {};
  const auto dfa = std::make_shared<automata::Dfa>(std::get<automata::Dfa>(*decided));
  const auto loaded = std::make_shared<LoadedTable>(*bytes);
  return {{.name = "automaton",
           .holds =
               [dfa](const std::string& path) {
                 return effect_of(dfa->decide(path)) == Effect::allow;
               }},
          {.name = "table",
           .holds = [loaded](const std::string& path) { return loaded->table.decide(path).read; }}};
}

// By the first atom, so that they can run side by side.
class Agreement : public ::testing::TestWithParam<std::string> {};

TEST_P(Agreement, OfReferenceAutomatonAndTableOnEveryShortGlob) {  // L5
  short_globs::hold_to_reference(GetParam(), automaton_and_table);
}
INSTANTIATE_TEST_SUITE_P(ShortGlobs, Agreement, ::testing::ValuesIn(short_globs::kFirstAtoms),
                         [](const auto& param) { return "First" + std::to_string(param.index); });

}  // namespace
}  // namespace sbxc
