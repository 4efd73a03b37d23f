// Random policies over a real tree, under the real bubblewrap: what can be read and written inside
// is what decide() says for every path that exists. Names that do not exist are the broker's.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

#include "backends/bwrap/stage_for_test.h"
#include "compiler/policy/decide.h"
#include "compiler/policy/print.h"
#include "compiler/policy/terse_policy.h"

namespace sbxc::bwrap {
namespace {

const std::vector<std::string>& tree_files() {
  static const std::vector<std::string> files = {"top",
                                                 "a/one",
                                                 "a/two",
                                                 "a/b/one",
                                                 "a/b/.env",
                                                 "a/.git/config",
                                                 "a/.git/hooks/pre",
                                                 "b/one",
                                                 "b/a/two",
                                                 "b/b/b/one",
                                                 "c d/one",
                                                 "c d/new\nline/two"};
  return files;
}

struct PathRule {
  Effect effect{};
  Operation operation{};
  std::vector<std::string> patterns;  // below the stage
  std::vector<std::string> except;
};

void showValue(const PathRule& rule, std::ostream& out) {
  out << name_of(rule.effect) << " " << name_of(rule.operation);
  for (const auto& pattern : rule.patterns) out << " " << pattern;
  for (const auto& pattern : rule.except) out << " except " << pattern;
}

rc::Gen<PathRule> path_rules() {
  const auto pattern = rc::gen::element<std::string>(
      "/**", "", "/a/**", "/a", "/a/*", "/*/one", "/**/one", "/a/b/**", "/**/.env", "/*/b/**",
      "/**/.git/hooks/**", "/a/.git/config", "/b/[!b]/**", "/c?d/**", "/b/b/b/one", "/*");
  const auto some = [&](int most) {
    return rc::gen::resize(most, rc::gen::container<std::vector<std::string>>(pattern));
  };
  return rc::gen::build<PathRule>(
      rc::gen::set(&PathRule::effect, rc::gen::element(Effect::allow, Effect::allow, Effect::deny)),
      rc::gen::set(&PathRule::operation, rc::gen::element(Operation::read, Operation::write)),
      rc::gen::set(&PathRule::patterns, rc::gen::nonEmpty(some(3))),
      rc::gen::set(&PathRule::except, some(2)));
}

// One start for the whole tree: for each path, whether it can be read and appended to.
const char* const kProbe =
    "for path; do r=n w=n; (: <\"$path\") 2>/dev/null && r=r; (: >>\"$path\") 2>/dev/null && w=w; "
    "printf '%s%s\\n' $r $w; done";

void expect_same_inside(const Stage& stage, const Policy& policy) {
  std::vector<std::string> command = {"/bin/sh", "-c", kProbe, "sh"};
  for (const std::string& file : tree_files()) command.push_back(stage.at("tree/" + file));
  const auto result = stage.run(command);
  RC_LOG() << result.err;
  RC_ASSERT(result.status == 0);
  std::istringstream answers(result.out);
  for (const std::string& file : tree_files()) {
    std::string answer;
    RC_ASSERT(static_cast<bool>(std::getline(answers, answer)));
    const std::string path = stage.at("tree/" + file);
    RC_LOG() << path << ": " << answer << "\n";
    const auto allowed = [&](Operation operation) {
      return decide(policy, Os::linux, {operation, path}).verdict == Effect::allow;
    };
    RC_ASSERT((answer[0] == 'r') == allowed(Operation::read));
    RC_ASSERT((answer[1] == 'w') == allowed(Operation::write));
  }
}

class RealPolicy : public ::testing::TestWithParam<Account> {};

TEST_P(RealPolicy, WhatExistsIsHeldAsDecided) {
  Stage stage(GetParam());
  for (const std::string& file : tree_files()) stage.make_file(stage.at("tree/" + file), "x");
  const auto before = stage.everything();
  const auto holds = [&] {
    Policy policy = Stage::programs();
    for (const PathRule& text : *rc::gen::container<std::vector<PathRule>>(5, path_rules())) {
      const auto words = [&](const std::vector<std::string>& patterns) {
        std::string all;
        for (const auto& pattern : patterns) all += " " + stage.at("tree") + pattern;
        return all;
      };
      std::string line = std::string(name_of(text.effect)) + " " +
                         std::string(name_of(text.operation)) + words(text.patterns);
      if (!text.except.empty()) line += " except" + words(text.except);
      add_rule(policy, terse_rule(line));
    }
    stage.plan(policy);
    expect_same_inside(stage, policy);
  };
  // Each case is a real start of bubblewrap; the seed is RapidCheck's own.
  rc::detail::TestParams few;
  few.maxSuccess = 25;
  rc::detail::TestMetadata about;
  about.id = "RealPolicy." + GetParam().name;
  const auto result = rc::detail::checkTestable(holds, about, few);
  std::ostringstream said;
  rc::detail::printResultMessage(result, said);
  EXPECT_TRUE(result.template is<rc::detail::SuccessResult>()) << said.str();
  EXPECT_EQ(stage.everything(), before) << "nothing is left behind";
}

INSTANTIATE_TEST_SUITE_P(As, RealPolicy, ::testing::ValuesIn(accounts_here()),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace sbxc::bwrap
